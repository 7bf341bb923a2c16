//! A chart of lines with both axes logarithmic, as a panel of an SVG.

use std::fmt::Write;

/// A line and what it is called.
pub(super) struct Line {
    pub(super) name: String,
    /// From left to right; all numbers above 0.
    pub(super) points: Vec<(f64, f64)>,
}

/// What a panel shows.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) across: &'static str,
    pub(super) up: &'static str,
    pub(super) lines: Vec<Line>,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const PLOT: (f64, f64) = (330.0, 310.0);
/// Between the middles of two labels.
const LABEL: f64 = 15.0;
/// Told apart by people who see fewer colours too (Okabe and Ito).
const COLOURS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
];

/// The panels side by side.
pub(super) fn svg(panels: &[Panel]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        WIDTH * f64::from(u32::try_from(panels.len()).unwrap_or(1))
    );
    let mut x = 0.0;
    for panel in panels {
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x} 0)\">\n{}</g>",
            panel.draw()
        );
        x += WIDTH;
    }
    svg + "</svg>\n"
}

impl Panel {
    fn draw(&self) -> String {
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let (x, y) = (
            Axis::of(all().map(|it| it.0)),
            Axis::of(all().map(|it| it.1)),
        );
        let (width, height) = PLOT;
        let at_x = |value: f64| LEFT + width * x.place(value);
        let at_y = |value: f64| TOP + height * (1.0 - y.place(value));
        let mut out = format!(
            "<text x=\"{LEFT}\" y=\"22\" font-size=\"15\" font-weight=\"bold\">{}</text>\n",
            self.title
        );
        for power in x.powers() {
            let (at, end) = (at_x(10f64.powi(power)), TOP + height);
            let _ = writeln!(
                out,
                "<path d=\"M{at:.1} {TOP}V{end}\" stroke=\"#ddd\"/>\
                 <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                end + 18.0,
                short(power)
            );
        }
        for power in y.powers() {
            let at = at_y(10f64.powi(power));
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {at:.1}h{width}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                at + 4.0,
                short(power)
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(20 {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            LEFT + width / 2.0,
            TOP + height + 42.0,
            self.across,
            TOP + height / 2.0,
            self.up
        );
        // Labels stand at the ends of their lines, moved apart where they would touch.
        let mut ends: Vec<(f64, usize)> = self
            .lines
            .iter()
            .enumerate()
            .filter_map(|(i, line)| Some((at_y(line.points.last()?.1), i)))
            .collect();
        ends.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut below = f64::INFINITY;
        for (end, i) in ends {
            let (line, colour) = (&self.lines[i], COLOURS[i % COLOURS.len()]);
            let label = end.min(below - LABEL);
            below = label;
            let points: Vec<String> = line
                .points
                .iter()
                .map(|&(a, b)| format!("{:.1},{:.1}", at_x(a), at_y(b)))
                .collect();
            let right = LEFT + width;
            let _ = writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\
                 <path d=\"M{right} {end:.1}L{:.1} {label:.1}\" stroke=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
                points.join(" "),
                right + 14.0,
                right + 18.0,
                label + 4.0,
                line.name
            );
        }
        out
    }
}

/// A logarithmic axis between two powers of ten.
struct Axis {
    first: i32,
    last: i32,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values
            .map(f64::log10)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| {
                (low.min(it), high.max(it))
            });
        #[expect(clippy::cast_possible_truncation, reason = "powers of ten are small")]
        let (first, last) = ((low + 1e-9).floor() as i32, (high - 1e-9).ceil() as i32);
        Self {
            first,
            last: last.max(first + 1),
        }
    }

    fn powers(&self) -> std::ops::RangeInclusive<i32> {
        self.first..=self.last
    }

    /// From 0 to 1.
    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.first)) / f64::from(self.last - self.first)
    }
}

/// A power of ten, short enough for an axis.
fn short(power: i32) -> String {
    let zeros = |power: i32| "0".repeat(usize::try_from(power).unwrap_or(0));
    match power {
        ..0 => format!("0.{}1", zeros(-power - 1)),
        0..3 => format!("1{}", zeros(power)),
        3..6 => format!("1{} k", zeros(power - 3)),
        6..9 => format!("1{} M", zeros(power - 6)),
        _ => format!("1{} G", zeros(power - 9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_reach_from_power_to_power() {
        let axis = Axis::of([10.0, 20_000.0].into_iter());
        assert_eq!(axis.powers(), 1..=5);
        assert!((axis.place(1000.0) - 0.5).abs() < 1e-9);
        let of_one = Axis::of([10.0].into_iter());
        assert_eq!(of_one.powers(), 1..=2);
    }

    #[test]
    fn powers_are_short() {
        let shown: Vec<String> = [-2, 0, 2, 4, 6, 10].map(short).into();
        assert_eq!(shown, ["0.01", "1", "100", "10 k", "1 M", "10 G"]);
    }
}
