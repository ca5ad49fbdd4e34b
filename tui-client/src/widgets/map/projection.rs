//! From degrees to dots: a local equirectangular projection with one scale for both axes.
//!
//! A cell is twice as high as wide and holds 2×4 dots, so that a dot is square and shapes are true without more ado.

use super::hit::Way;

/// Longitude and latitude in degrees, or a point of the [`Plane`], or one in dots: always east before north (or south).
pub type Point = [f64; 2];

/// The smallest upright rectangle around something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub low: Point,
    pub high: Point,
}

impl Bounds {
    /// Around points. None without any.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        points
            .into_iter()
            .fold(None, |found: Option<Self>, [x, y]| {
                let Some(Self { low, high }) = found else {
                    return Some(Self {
                        low: [x, y],
                        high: [x, y],
                    });
                };
                Some(Self {
                    low: [low[0].min(x), low[1].min(y)],
                    high: [high[0].max(x), high[1].max(y)],
                })
            })
    }

    pub fn centre(&self) -> Point {
        [
            f64::midpoint(self.low[0], self.high[0]),
            f64::midpoint(self.low[1], self.high[1]),
        ]
    }

    /// Width and height.
    pub fn extent(&self) -> Point {
        [self.high[0] - self.low[0], self.high[1] - self.low[1]]
    }
}

/// Whether these degrees are a place on the globe: everything else would put the scale out of reason.
pub const fn is_on_globe(&[lon, lat]: &Point) -> bool {
    lon.abs() <= 360.0 && lat.abs() <= 90.0
}

/// The plane on which the neighbourhood of a point is drawn: degrees of latitude, east and north of that point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    origin: Point,
    /// How much shorter a degree of longitude is than one of latitude.
    shrink: f64,
}

impl Plane {
    /// The plane in the middle of what lies in these degrees.
    pub fn of(degrees: &Bounds) -> Self {
        let origin = degrees.centre();
        Self {
            origin,
            // At the poles nothing would be left of the width.
            shrink: origin[1].to_radians().cos().max(0.01),
        }
    }

    /// A point in degrees, on the plane.
    pub fn project(&self, [lon, lat]: Point) -> Point {
        [(lon - self.origin[0]) * self.shrink, lat - self.origin[1]]
    }
}

/// What is looked at: a point of the plane in the middle, and how many steps closer than the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    centre: Point,
    /// Each step is √2.
    steps: u8,
}

impl Viewport {
    /// As close as one can go: four thousand times the whole.
    pub const CLOSEST: u8 = 24;

    /// The whole.
    pub fn fit(whole: &Bounds) -> Self {
        Self {
            centre: whole.centre(),
            steps: 0,
        }
    }

    /// As close as the bounds are seen whole with an eighth of them on each side.
    pub fn around(bounds: &Bounds, whole: &Bounds, dots: (u32, u32)) -> Self {
        let [width, height] = bounds.extent();
        let mut viewport = Self {
            centre: bounds.centre(),
            steps: 0,
        };
        while viewport.steps < Self::CLOSEST {
            let closer = Self {
                steps: viewport.steps + 1,
                ..viewport
            };
            let scale = closer.scale(whole, dots);
            let fits = |side: f64, dots: u32| side * 1.25 <= f64::from(dots) * scale;
            if !fits(width, dots.0) || !fits(height, dots.1) {
                break;
            }
            viewport = closer;
        }
        viewport.clamp(whole, dots)
    }

    /// How many steps closer than the whole.
    pub const fn steps(&self) -> u8 {
        self.steps
    }

    /// The middle of what is looked at, on the plane.
    pub const fn centre(&self) -> Point {
        self.centre
    }

    /// One step closer, or farther away; never farther than the whole.
    #[must_use]
    pub fn zoom(self, closer: bool, whole: &Bounds, dots: (u32, u32)) -> Self {
        let steps = if closer {
            (self.steps + 1).min(Self::CLOSEST)
        } else {
            self.steps.saturating_sub(1)
        };
        Self { steps, ..self }.clamp(whole, dots)
    }

    /// A quarter of the screen that way, not beyond the whole.
    #[must_use]
    pub fn pan(self, way: Way, whole: &Bounds, dots: (u32, u32)) -> Self {
        let scale = self.scale(whole, dots);
        let quarter = [
            f64::from(dots.0) * scale / 4.0,
            f64::from(dots.1) * scale / 4.0,
        ];
        let [east, north] = way.heading();
        let centre = [
            self.centre[0] + east * quarter[0],
            self.centre[1] + north * quarter[1],
        ];
        Self { centre, ..self }.clamp(whole, dots)
    }

    /// Moved as little as is needed for the point of the plane to lie on the screen and not at its very edge.
    #[must_use]
    pub fn show(self, point: Point, whole: &Bounds, dots: (u32, u32)) -> Self {
        let scale = self.scale(whole, dots);
        let reach = |dots: u32| f64::from(dots) * scale * 0.4;
        let toward =
            |centre: f64, point: f64, reach: f64| centre.clamp(point - reach, point + reach);
        let centre = [
            toward(self.centre[0], point[0], reach(dots.0)),
            toward(self.centre[1], point[1], reach(dots.1)),
        ];
        Self { centre, ..self }.clamp(whole, dots)
    }

    /// Degrees of latitude that one dot is wide and high.
    pub fn scale(&self, whole: &Bounds, dots: (u32, u32)) -> f64 {
        /// A tenth of a metre: where all lies in one point.
        const SMALLEST: f64 = 1e-6;
        let [width, height] = whole.extent();
        // A dot on each side is left for the border.
        let room = |dots: u32| f64::from(dots.saturating_sub(2).max(1));
        let fit = (width / room(dots.0))
            .max(height / room(dots.1))
            .max(SMALLEST);
        fit / (f64::from(self.steps) / 2.0).exp2()
    }

    /// Not beyond the whole; in the middle of it along an axis on which all of it is seen.
    fn clamp(self, whole: &Bounds, dots: (u32, u32)) -> Self {
        let scale = self.scale(whole, dots);
        let within = |centre: f64, low: f64, high: f64, dots: u32| {
            let half = f64::from(dots) * scale / 2.0;
            let (first, last) = (low + half, high - half);
            if first < last {
                centre.clamp(first, last)
            } else {
                f64::midpoint(low, high)
            }
        };
        Self {
            centre: [
                within(self.centre[0], whole.low[0], whole.high[0], dots.0),
                within(self.centre[1], whole.low[1], whole.high[1], dots.1),
            ],
            ..self
        }
    }
}

/// From the plane to dots, of which the first has its centre at 0, 0.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    centre: Point,
    scale: f64,
    dots: (u32, u32),
}

impl Lens {
    pub fn new(viewport: Viewport, whole: &Bounds, dots: (u32, u32)) -> Self {
        Self {
            centre: viewport.centre,
            scale: viewport.scale(whole, dots),
            dots,
        }
    }

    /// A point of the plane in dots, east and south.
    pub fn to_dots(&self, [x, y]: Point) -> Point {
        [
            (x - self.centre[0]) / self.scale + f64::from(self.dots.0) / 2.0 - 0.5,
            (self.centre[1] - y) / self.scale + f64::from(self.dots.1) / 2.0 - 0.5,
        ]
    }

    /// The cell that a point of the plane lies in; absent where it is not seen.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not less than 0, and not more than the largest map has"
    )]
    pub fn cell(&self, point: Point) -> Option<(u16, u16)> {
        let [x, y] = self.to_dots(point);
        let (x, y) = (x + 0.5, y + 0.5);
        let inside =
            x >= 0.0 && y >= 0.0 && x < f64::from(self.dots.0) && y < f64::from(self.dots.1);
        inside.then_some(((x / 2.0) as u16, (y / 4.0) as u16))
    }

    /// Whether anything within these bounds of the plane may be seen.
    pub fn sees(&self, bounds: &Bounds) -> bool {
        let [west, south] = self.to_dots(bounds.low);
        let [east, north] = self.to_dots(bounds.high);
        east >= 0.0
            && south >= 0.0
            && west <= f64::from(self.dots.0)
            && north <= f64::from(self.dots.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE: Bounds = Bounds {
        low: [-2.0, -1.0],
        high: [2.0, 1.0],
    };
    const DOTS: (u32, u32) = (112, 80);

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_degree_of_longitude_is_shorter_than_one_of_latitude() {
        let county = Bounds {
            low: [118.0, 59.0],
            high: [120.0, 61.0],
        };
        let [east, north] = Plane::of(&county).project([120.0, 61.0]);
        assert!(near(east, 0.5) && near(north, 1.0), "{east} {north}");
    }

    #[test]
    fn the_whole_fits_and_is_in_the_middle() {
        let lens = Lens::new(Viewport::fit(&WHOLE), &WHOLE, DOTS);
        let [west, south] = lens.to_dots(WHOLE.low);
        let [east, north] = lens.to_dots(WHOLE.high);
        assert!(near(west, 0.5) && near(east, 110.5), "{west} {east}");
        assert!(near(north + south, 79.0), "{north} {south}");
    }

    #[test]
    fn two_steps_closer_is_twice_as_large() {
        let fit = Viewport::fit(&WHOLE);
        let close = fit.zoom(true, &WHOLE, DOTS).zoom(true, &WHOLE, DOTS);
        assert!(near(
            fit.scale(&WHOLE, DOTS),
            2.0 * close.scale(&WHOLE, DOTS)
        ));
        let back = close.zoom(false, &WHOLE, DOTS).zoom(false, &WHOLE, DOTS);
        assert_eq!(back.zoom(false, &WHOLE, DOTS), fit);
    }

    #[test]
    fn panning_goes_a_quarter_of_the_screen_and_stops_at_the_edge() {
        let mut close = Viewport::fit(&WHOLE);
        for _ in 0..6 {
            close = close.zoom(true, &WHOLE, DOTS);
        }
        let quarter = 112.0 * close.scale(&WHOLE, DOTS) / 4.0;
        let east = close.pan(Way::Right, &WHOLE, DOTS);
        assert!(near(east.centre[0] - close.centre[0], quarter));
        let mut far = east;
        for _ in 0..100 {
            far = far.pan(Way::Right, &WHOLE, DOTS);
        }
        assert!(near(far.centre[0] + 2.0 * quarter, WHOLE.high[0]));
        assert_eq!(far.pan(Way::Right, &WHOLE, DOTS), far);
        assert_eq!(
            Viewport::fit(&WHOLE).pan(Way::Up, &WHOLE, DOTS),
            Viewport::fit(&WHOLE),
            "where all is seen there is nowhere to go"
        );
    }

    proptest! {
        /// However one has moved: what is chosen is brought onto the screen.
        #[test]
        fn what_is_chosen_is_seen(
            steps in 0usize..30,
            ways in prop::collection::vec(0usize..4, 0..20),
            x in -2.0f64..2.0,
            y in -1.0f64..1.0,
            dots in (2u32..400, 4u32..240),
        ) {
            let mut viewport = Viewport::fit(&WHOLE);
            for _ in 0..steps {
                viewport = viewport.zoom(true, &WHOLE, dots);
            }
            for way in ways {
                viewport = viewport.pan(Way::ALL[way], &WHOLE, dots);
            }
            let seen = viewport.show([x, y], &WHOLE, dots);
            let [u, v] = Lens::new(seen, &WHOLE, dots).to_dots([x, y]);
            prop_assert!(u >= -0.5 - 1e-6 && u <= f64::from(dots.0) - 0.5 + 1e-6, "{u} of {dots:?}");
            prop_assert!(v >= -0.5 - 1e-6 && v <= f64::from(dots.1) - 0.5 + 1e-6, "{v} of {dots:?}");
        }
    }
}
