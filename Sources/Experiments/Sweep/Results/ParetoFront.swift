/// What is best of things with two values, of which less is better in both.
enum ParetoFront {
  /// The points to which no other is preferable: none is less in one value without being more in the other.
  ///
  /// - Parameter points: The values of each; those that are not finite are never on the front.
  /// - Returns: The places of the points on the front, by ascending first value; of equal points, all.
  static func places(of points: [(x: Double, y: Double)]) -> [Int] {
    let order = points.indices.filter { points[$0].x.isFinite && points[$0].y.isFinite }
      .sorted { (points[$0].x, points[$0].y, $0) < (points[$1].x, points[$1].y, $1) }
    var front: [Int] = []
    for place in order {
      let point = points[place]
      if let last = front.last.map({ points[$0] }), point.y >= last.y, point != last { continue }
      front.append(place)
    }
    return front
  }
}
