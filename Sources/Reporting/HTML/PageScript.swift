/// What pages do beyond showing: readouts of curves, points and lines, and the dictionary by arrow keys.
///
/// All content is there without it.
let pageScript = """
  (() => {
  'use strict';
  const numbers = text => text.split(',').map(Number);
  const short = v => Math.abs(v) >= 1e4 ? Math.round(v).toLocaleString('en') : String(Number(v.toPrecision(4)));
  for (const svg of document.querySelectorAll('svg[data-x-label]')) {
    const readout = svg.parentElement.querySelector('.readout');
    const cursor = svg.querySelector('.cursor');
    const curves = [...svg.querySelectorAll('.curve')].map(path => ({
      name: path.dataset.name, x: numbers(path.dataset.x), y: numbers(path.dataset.y),
      places: path.getAttribute('d').split(/[ML]/).slice(1).map(p => parseFloat(p))}));
    const main = curves.reduce((a, b) => a.x.length >= b.x.length ? a : b);
    let at = -1;
    const nearest = (list, value) => {
      let low = 0, high = list.length - 1;
      while (low < high) { const m = (low + high) >> 1; if (list[m] < value) low = m + 1; else high = m; }
      return low > 0 && value - list[low - 1] < list[low] - value ? low - 1 : low;
    };
    const show = index => {
      at = Math.max(0, Math.min(main.x.length - 1, index));
      cursor.setAttribute('d', `M${main.places[at]} 10V200`);
      readout.textContent = `${svg.dataset.xLabel} ${short(main.x[at])}: ` + curves.map(c => {
        const i = nearest(c.x, main.x[at]);
        return `${c.name} ${short(c.y[i])}` + (c.x[i] === main.x[at] ? '' : ` (at ${short(c.x[i])})`);
      }).join(', ');
    };
    const hide = () => { cursor.removeAttribute('d'); readout.textContent = '\\u00a0'; };
    svg.addEventListener('pointermove', event => {
      const box = svg.getBoundingClientRect();
      show(nearest(main.places, (event.clientX - box.left) / box.width * 400));
    });
    svg.addEventListener('pointerleave', hide);
    svg.addEventListener('blur', hide);
    svg.addEventListener('focus', () => { if (at < 0) show(main.x.length - 1); });
    svg.addEventListener('keydown', event => {
      const step = event.shiftKey ? 10 : 1;
      const next = {ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: main.x.length - 1}[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show(next);
    });
  }
  for (const svg of document.querySelectorAll('svg')) {
    const marks = [...svg.querySelectorAll('.point,.thing')];
    if (!marks.length) continue;
    if (svg.classList.contains('parallel')) marks.reverse();
    const readout = svg.closest('figure').querySelector('.readout');
    const at = event => event.target.closest('.point,.thing');
    const say = mark => { readout.textContent = mark ? mark.getAttribute('aria-label') : '\\u00a0'; };
    marks.forEach((mark, index) => mark.setAttribute('tabindex', index === 0 ? 0 : -1));
    svg.addEventListener('pointerover', event => { if (at(event)) say(at(event)); });
    svg.addEventListener('pointerleave', () => say(svg.querySelector(':focus')));
    svg.addEventListener('focusin', event => say(at(event)));
    svg.addEventListener('focusout', () => say(null));
    svg.addEventListener('keydown', event => {
      const index = marks.indexOf(at(event));
      const next = {ArrowLeft: index - 1, ArrowUp: index - 1, ArrowRight: index + 1, ArrowDown: index + 1,
        Home: 0, End: marks.length - 1}[event.key];
      if (index < 0 || next === undefined) return;
      event.preventDefault();
      if (!marks[next]) return;
      marks[index].setAttribute('tabindex', -1);
      marks[next].setAttribute('tabindex', 0);
      marks[next].focus();
    });
  }
  for (const mosaic of document.querySelectorAll('.mosaic')) {
    const cells = [...mosaic.querySelectorAll('button')];
    const image = mosaic.querySelector('img');
    const style = getComputedStyle(mosaic);
    const columns = Number(style.getPropertyValue('--columns'));
    const lens = document.createElement('div');
    lens.className = 'lens';
    lens.setAttribute('aria-hidden', 'true');
    lens.hidden = true;
    mosaic.append(lens);
    cells.forEach((cell, index) => { cell.tabIndex = index === 0 ? 0 : -1; });
    const show = cell => {
      const scale = 4.5, box = mosaic.getBoundingClientRect(), place = cell.getBoundingClientRect();
      const side = place.width * scale;
      lens.style.width = lens.style.height = `${side}px`;
      lens.style.backgroundImage = `url(${image.src})`;
      lens.style.backgroundSize = `${image.clientWidth * scale}px auto`;
      lens.style.backgroundPosition =
        `${-(place.left - box.left) * scale}px ${-(place.top - box.top) * scale}px`;
      const right = place.right - box.left + 6;
      lens.style.left = `${right + side > box.width ? place.left - box.left - side - 6 : right}px`;
      lens.style.top = `${Math.min(Math.max(0, place.top - box.top - side / 2), image.clientHeight - side)}px`;
      lens.hidden = false;
    };
    const hide = () => { lens.hidden = true; };
    mosaic.addEventListener('pointerover', event => {
      if (event.target.tagName === 'BUTTON') show(event.target);
    });
    mosaic.addEventListener('pointerleave', hide);
    mosaic.addEventListener('focusin', event => show(event.target));
    mosaic.addEventListener('focusout', hide);
    mosaic.addEventListener('keydown', event => {
      const at = cells.indexOf(event.target);
      const move = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
        Home: -at, End: cells.length - 1 - at}[event.key];
      if (move === undefined || at < 0) return;
      event.preventDefault();
      const next = cells[at + move];
      if (!next) return;
      cells[at].tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }
  })();
  """
