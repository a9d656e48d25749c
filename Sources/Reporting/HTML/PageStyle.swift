/// How pages look: one column on a telephone, charts side by side on a desk, light or dark as the reader's system is.
///
/// The curves' colors are those of Okabe & Ito, "Color Universal Design", 2008, darkened on light ground so that
/// thin lines have a contrast of 3 to 1.
let pageStyle = """
  :root{color-scheme:light dark;--paper:#fcfcfb;--card:#fff;--ink:#1b1f24;--muted:#59626e;--line:#dfe2e6;
  --focus:#0b5cad;--c0:#0072b2;--c1:#c2510c;--c2:#00805f;--c3:#9c4f86;--c4:#946300;--c5:#59626e}
  @media(prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1a1e23;--ink:#e5e8ec;--muted:#a2abb6;--line:#31373f;
  --focus:#7cc0f5;--c0:#56b4e9;--c1:#f08c4f;--c2:#3ec9a0;--c3:#e09ac6;--c4:#e8b53c;--c5:#a2abb6}}
  *{box-sizing:border-box}
  html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
  @media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
  body{margin:0 auto;max-width:76rem;padding:2.5rem clamp(1rem,4vw,3rem) 4rem;background:var(--paper);color:var(--ink);
  font:400 1rem/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
  font-variant-numeric:tabular-nums;overflow-wrap:break-word}
  h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.15;letter-spacing:-.02em;margin:0 0 .5rem;font-weight:650}
  h2{font-size:1.2rem;letter-spacing:-.01em;margin:0 0 1rem;font-weight:650}
  h3{font-size:1rem;margin:1.5rem 0 .5rem;font-weight:600}
  p{margin:0 0 1rem;max-width:44rem}
  a{color:var(--focus)}
  .kicker{margin:0 0 .4rem;color:var(--muted);font-size:.85rem}
  .lead{color:var(--muted);margin-bottom:1.5rem}
  .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem}
  nav{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;border-block:1px solid var(--line);padding:.7rem 0;font-size:.9rem}
  nav a{text-decoration:none}nav a:hover{text-decoration:underline}
  :focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:2px}
  section{padding-top:2.2rem;margin-top:.5rem}
  section+section{border-top:1px solid var(--line);margin-top:2.2rem}
  dl{margin:0}dt{color:var(--muted);font-size:.85rem}dd{margin:0}
  .figures{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin-bottom:1.8rem}
  .figures dd{font-size:1.55rem;font-weight:600;letter-spacing:-.02em;line-height:1.2}
  .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,9rem),1fr));gap:.8rem 1.5rem;margin-bottom:1.2rem}
  .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1.4rem 2.2rem;align-items:end}
  figure{margin:0;min-width:0}
  figcaption{font-size:.92rem;line-height:1.4;margin-bottom:.3rem}
  .unit{color:var(--muted)}
  .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:0;margin:0 0 .3rem;font-size:.8rem;color:var(--muted)}
  .legend li{display:flex;align-items:center;gap:.4rem}
  .key{width:1rem;height:0;border-top:2.5px solid var(--c);flex:none}
  .key.thin{border-top-width:1px}.key.dashed{border-top-style:dashed}
  .key[class*=" s"]{width:.6rem;height:.6rem;border:1.5px solid var(--c)}
  .key.main{background:var(--c)}.key.s0,.key.s5{border-radius:50%}
  .key.s2{border:0;background:var(--c);clip-path:polygon(50% 0,100% 100%,0 100%)}
  .key.s3{transform:rotate(45deg) scale(.85)}
  .key.s4{border:0;background:var(--c);clip-path:polygon(50% 100%,100% 0,0 0)}
  svg{display:block;width:100%;height:auto;overflow:visible}
  svg text{fill:var(--muted);font-size:11.5px}
  .grid{stroke:var(--line);stroke-width:1;fill:none}
  .curve{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
  .curve.thin{stroke-width:1;opacity:.75}.curve.dashed{stroke-dasharray:5 4}
  .cursor{stroke:var(--muted);stroke-width:1;fill:none;pointer-events:none}
  .point{fill:var(--card);stroke:var(--c);stroke-width:1.6}.point.main{fill:var(--c)}
  .point:focus{outline:none;stroke:var(--ink);stroke-width:3}
  .ranked{--c:var(--c0)}.ranked.first{--rank:0%}.ranked.last{--rank:100%}
  @supports(color:color-mix(in oklab,red,red)){.ranked{--c:color-mix(in oklab,var(--c0),var(--c1) var(--rank,50%))}}
  .parallel{margin-inline:auto}
  .parallel .curve{stroke-width:1.5;opacity:.8}.parallel .main .curve{stroke-width:3;opacity:1}
  .reach{fill:none;stroke:transparent;stroke-width:11;pointer-events:stroke}
  .thing:focus{outline:none}
  .parallel:has(.thing:hover,.thing:focus) .curve{opacity:.22}
  .parallel .thing:hover .curve,.parallel .thing:focus .curve{opacity:1;stroke:var(--ink);stroke-width:3}
  .parallel:has(.thing:hover) .thing:focus:not(:hover) .curve{stroke:var(--c)}
  .upright{stroke:var(--muted)}
  svg .name{fill:var(--ink);font-size:13px;font-weight:600}
  .rim{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;pointer-events:none}
  .wide .readout{min-height:2.6em}.wide .scroll{margin-bottom:0}
  @media(min-width:60rem){.charts .spread{grid-column:span 2}}
  .bar{fill:var(--c0)}.bar:hover{fill:var(--c1)}
  .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}
  .readout{min-height:1.3em;margin:.1rem 0 0;font-size:.8rem;line-height:1.3;color:var(--muted)}
  .scroll{overflow-x:auto;margin-bottom:1.2rem}
  table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,30rem)}
  caption{text-align:left;color:var(--muted);font-size:.85rem;padding-bottom:.4rem}
  th,td{padding:.32rem 1.4rem .32rem 0;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
  th{font-weight:400}thead th{color:var(--muted);font-size:.85rem;vertical-align:bottom}
  th:first-child,table.text th,table.text td{text-align:left}
  table.text td{white-space:normal;overflow-wrap:anywhere;min-width:7rem}
  details{margin:.8rem 0}summary{cursor:pointer;color:var(--focus)}
  details[open] summary{margin-bottom:.8rem}
  pre{margin:0;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:6px;overflow-x:auto;font-size:.85rem;line-height:1.45}
  .facts dd{overflow-wrap:anywhere}
  .charts+p,.charts+.scroll{margin-top:1.2rem}
  .pixels{image-rendering:pixelated;display:block;width:100%;height:auto}
  @media(prefers-color-scheme:dark){.pixels{filter:brightness(.88)}}
  @media(max-width:44rem){.mosaic .pixels,.raster{image-rendering:auto}}
  @media(prefers-color-scheme:dark){.raster{filter:invert(.9)}}
  .wide{margin-bottom:1.5rem}
  .mosaic{position:relative;padding-bottom:3.2rem}
  .cells{position:absolute;inset:0 0 3.2rem;display:grid;grid-template-columns:repeat(var(--columns),1fr);
  grid-template-rows:repeat(var(--rows),1fr);column-gap:calc(100%/var(--width));row-gap:calc(100%/var(--height))}
  .cells button{appearance:none;background:none;border:0;padding:0;margin:0;min-width:0;min-height:0;border-radius:0;
  outline-offset:0;cursor:crosshair}
  .cells button:hover,.cells button:focus{outline:2px solid var(--c1)}
  .cells button:hover::after,.cells button:focus::after{content:attr(aria-label);position:absolute;left:0;right:0;bottom:-3.2rem;
  height:3rem;font:inherit;font-size:.85rem;line-height:1.35;text-align:left;color:var(--ink);background:var(--paper);pointer-events:none}
  .cells:hover button:focus:not(:hover)::after{content:none}
  .lens{position:absolute;pointer-events:none;border:2px solid var(--c1);image-rendering:pixelated;background-repeat:no-repeat;
  width:6rem;height:6rem;z-index:2}
  .gallery{list-style:none;padding:0;margin:0 0 1.5rem;display:grid;grid-template-columns:repeat(auto-fill,minmax(4.6rem,1fr));gap:1rem .8rem}
  .gallery img{margin-bottom:3px}
  .gallery span{font-size:.75rem;line-height:1.3;display:block;color:var(--muted)}
  .missing{border-left:3px solid var(--c4);padding-left:.9rem}
  footer{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1rem;color:var(--muted);font-size:.85rem}
  @media print{nav,.skip,.readout{display:none}section{break-inside:avoid}}
  """
