import JSON

/// The kinds of images of the page. Values are doubles: an image is looked at, the amounts stand in
/// the tables.
enum Charts {
    private static let left = 64.0
    private static let right = 16.0
    private static let top = 30.0
    private static let bottom = 44.0

    /// A bar with its name and what is written at its end.
    struct Bar {
        var name: String
        var value: Double
        var text: String
        var style: String
    }

    /// Bars that lie, with names at their left.
    static func lying(_ drawing: Drawing, _ bars: [Bar], nameWidth: Double) -> String {
        var drawing = drawing
        let most = max(bars.map(\.value).max() ?? 1, 1e-30)
        let room = drawing.width - nameWidth - 90
        let pitch = min((drawing.height - 8) / Double(max(bars.count, 1)), 34)
        for (index, bar) in bars.enumerated() {
            let y = 4 + Double(index) * pitch
            let width = bar.value > 0 ? max(bar.value / most * room, 1.5) : 0
            drawing.text(
                bar.name, x: nameWidth - 8, y: y + pitch / 2 + 4, anchor: .end)
            drawing.rectangle(
                x: nameWidth, y: y + 3, width: width, height: pitch - 7, style: bar.style,
                hint: "\(bar.name): \(bar.text)")
            drawing.text(
                bar.text, x: nameWidth + width + 6, y: y + pitch / 2 + 4, style: "value")
        }
        return drawing.svg
    }

    /// Bars that stand, in groups; each group has a name and as many bars as the others.
    static func standing(
        _ drawing: Drawing, _ groups: [(name: String, bars: [Bar])], unit: String
    ) -> String {
        var drawing = drawing
        let scale = Scale(
            .linear, holding: groups.flatMap { $0.bars.map(\.value) },
            from: drawing.height - bottom, to: top + 4)
        levels(&drawing, scale, unit: unit)
        let room = (drawing.width - left - right) / Double(max(groups.count, 1))
        for (index, group) in groups.enumerated() {
            let start = left + Double(index) * room
            let width = min((room - 10) / Double(max(group.bars.count, 1)), 56)
            let used = width * Double(group.bars.count)
            for (place, bar) in group.bars.enumerated() {
                let x = start + (room - used) / 2 + Double(place) * width
                let (y, zero) = (scale.place(bar.value), scale.place(0))
                drawing.rectangle(
                    x: x + 1, y: min(y, zero), width: width - 2,
                    height: max((y - zero).magnitude, 1),
                    style: bar.style, hint: "\(group.name), \(bar.name): \(bar.text)")
                if width >= 34 || group.bars.count == 1 {
                    drawing.text(
                        bar.text, x: x + width / 2, y: bar.value < 0 ? max(y, zero) + 13 : y - 4,
                        anchor: .middle, style: "value")
                }
            }
            drawing.text(
                group.name, x: start + room / 2, y: drawing.height - bottom + 18, anchor: .middle)
        }
        return drawing.svg
    }

    /// Amounts that add up: each begins where the one before ended, totals stand on the ground.
    static func waterfall(
        _ drawing: Drawing, _ steps: [(name: String, change: Double, isTotal: Bool, text: String)],
        unit: String
    ) -> String {
        var drawing = drawing
        var (level, levels) = (0.0, [0.0])
        for step in steps {
            level = step.isTotal ? step.change : level + step.change
            levels.append(level)
        }
        let scale = Scale(
            .linear, holding: levels, from: drawing.height - bottom, to: top + 4)
        Self.levels(&drawing, scale, unit: unit)
        let room = (drawing.width - left - right) / Double(max(steps.count, 1))
        var before = 0.0
        for (index, step) in steps.enumerated() {
            let from = step.isTotal ? 0 : before
            let to = step.isTotal ? step.change : before + step.change
            let x = left + Double(index) * room
            let (y1, y2) = (scale.place(from), scale.place(to))
            drawing.rectangle(
                x: x + room * 0.16, y: min(y1, y2), width: room * 0.68,
                height: max((y1 - y2).magnitude, 1),
                style: step.isTotal ? "total" : step.change < 0 ? "loss" : "gain",
                hint: "\(step.name): \(step.text)")
            if index + 1 < steps.count {
                drawing.line(
                    x1: x + room * 0.84, y1: y2, x2: x + room * 1.16, y2: y2, style: "link")
            }
            drawing.text(
                step.text, x: x + room / 2, y: min(y1, y2) - 5, anchor: .middle, style: "value")
            drawing.text(
                step.name, x: x + room / 2, y: drawing.height - bottom + 18, anchor: .middle)
            before = to
        }
        return drawing.svg
    }

    /// Points of several kinds.
    static func points(
        _ drawing: Drawing, x: (kind: Scale.Kind, name: String),
        y: (kind: Scale.Kind, name: String),
        _ points: [(x: Double, y: Double, style: String, hint: String)]
    ) -> String {
        var drawing = drawing
        let across = Scale(
            x.kind, holding: points.map(\.x), from: left, to: drawing.width - right)
        let upwards = Scale(
            y.kind, holding: points.map(\.y), from: drawing.height - bottom, to: top)
        levels(&drawing, upwards, unit: y.name)
        for tick in across.ticks {
            let place = across.place(tick)
            drawing.line(
                x1: place, y1: top, x2: place, y2: drawing.height - bottom, style: "grid")
            drawing.text(
                Scale.text(tick), x: place, y: drawing.height - bottom + 16, anchor: .middle)
        }
        drawing.text(
            x.name, x: drawing.width - right, y: drawing.height - 8, anchor: .end, style: "axis")
        for point in points {
            drawing.circle(
                x: across.place(point.x), y: upwards.place(point.y), radius: 4, style: point.style,
                hint: point.hint)
        }
        return drawing.svg
    }

    /// Lines over one axis.
    static func lines(
        _ drawing: Drawing, x: (first: String, last: String, name: String), unit: String,
        _ series: [(style: String, points: [(x: Double, y: Double)])]
    ) -> String {
        var drawing = drawing
        let all = series.flatMap(\.points)
        let upwards = Scale(
            .linear, holding: all.map(\.y), from: drawing.height - bottom, to: top)
        let first = all.map(\.x).min() ?? 0
        let last = max(all.map(\.x).max() ?? 1, first + 1)
        let width = drawing.width - left - right
        levels(&drawing, upwards, unit: unit)
        for (style, points) in series {
            let placed = points.map {
                (left + ($0.x - first) / (last - first) * width, upwards.place($0.y))
            }
            drawing.path(placed, style: style)
            if placed.count <= 60 {
                for point in placed {
                    drawing.circle(x: point.0, y: point.1, radius: 2.5, style: style + "-dot")
                }
            }
        }
        drawing.text(x.first, x: left, y: drawing.height - bottom + 18)
        drawing.text(
            x.last, x: drawing.width - right, y: drawing.height - bottom + 18, anchor: .end)
        drawing.text(
            x.name, x: drawing.width - right, y: drawing.height - 8, anchor: .end, style: "axis")
        return drawing.svg
    }

    /// The lines of a vertical scale with their values, and the unit above.
    private static func levels(_ drawing: inout Drawing, _ scale: Scale, unit: String) {
        for tick in scale.ticks {
            let y = scale.place(tick)
            drawing.line(
                x1: left, y1: y, x2: drawing.width - right, y2: y,
                style: tick == 0 ? "zero" : "grid")
            drawing.text(Scale.text(tick), x: left - 8, y: y + 4, anchor: .end)
        }
        drawing.text(unit, x: 4, y: 10, style: "axis")
    }
}
