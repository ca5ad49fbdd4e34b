//! Where the map and its list lie on the screen: read by the picture and by what is clicked on.

use ratatui::layout::Rect;

/// The columns below which there is no map but a ranked list.
pub const NARROW: u16 = 60;

/// The columns from which the list has more room.
pub const WIDE: u16 = 100;

/// The parts below the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    /// Absent where there is no room for one.
    pub map: Option<Rect>,
    /// The rule between map and list; absent without a map.
    pub rule: Option<Rect>,
    pub filter: Rect,
    pub rows: Rect,
    /// The chosen grid and the legend; without height where there is no room.
    pub legend: Rect,
}

/// The room between the bar and the notice on a screen of that size.
pub fn body((width, height): (u16, u16)) -> Rect {
    Rect::new(0, 1, width, height.saturating_sub(3))
}

/// Divides the room of a screen, the title's line apart.
pub fn divide(body: Rect) -> Panes {
    let below = Rect {
        y: body.y.saturating_add(1),
        height: body.height.saturating_sub(1),
        ..body
    };
    let side = if below.width >= WIDE { 36 } else { 24 };
    let has_map = below.width >= NARROW && below.height >= 6;
    let map = has_map.then(|| Rect {
        width: below.width - side,
        ..below
    });
    let rule = map.map(|map| Rect {
        x: map.right(),
        width: 1,
        ..map
    });
    let list = rule.map_or(below, |rule| Rect {
        x: rule.right(),
        width: side - 1,
        ..below
    });
    let filter = Rect {
        height: list.height.min(1),
        ..list
    };
    let rest = list.height - filter.height;
    let foot = if rest >= 12 { 6 } else { 0 };
    let rows = Rect {
        y: filter.bottom(),
        height: rest - foot,
        ..list
    };
    let legend = Rect {
        y: rows.bottom(),
        height: foot,
        ..list
    };
    Panes {
        map,
        rule,
        filter,
        rows,
        legend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn on_a_common_screen_the_map_has_56_columns_and_the_list_24() {
        let panes = divide(body((80, 24)));
        assert_eq!(panes.map, Some(Rect::new(0, 2, 56, 20)));
        assert_eq!(panes.rows.right(), 80);
        assert_eq!(panes.rows.width + 1, 24);
        assert_eq!(divide(body((59, 24))).map, None);
    }

    proptest! {
        /// No part lies outside the screen or on another.
        #[test]
        fn the_parts_fit_any_screen(size in (0u16..300, 0u16..100)) {
            let body = body(size);
            let panes = divide(body);
            let parts = [panes.map, panes.rule, Some(panes.filter), Some(panes.rows), Some(panes.legend)];
            let parts: Vec<Rect> = parts.into_iter().flatten().filter(|part| part.area() > 0).collect();
            for (at, part) in parts.iter().enumerate() {
                prop_assert_eq!(part.intersection(body), *part);
                for other in &parts[at + 1..] {
                    prop_assert_eq!(part.intersection(*other).area(), 0);
                }
            }
        }
    }
}
