//! The raster in cells: grounds by class, borders, the chosen grid, labels.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::widgets::Widget;

use super::raster::{Raster, Spot};
use crate::text;
use crate::theme::{Glyphs, Theme};

/// What a grid is filled by. The classes of rates are the same every day, so that a colour always means the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Below80,
    From80,
    From90,
    From95,
    From98,
    /// Fewer cases than [`Class::ENOUGH`]: too few to judge by.
    Few,
    /// No case counts.
    Nothing,
    /// Nothing to be told by a ground.
    Plain,
    /// It differs from before.
    Changed,
    /// It differs, and belongs to the change that is looked at.
    Chosen,
}

impl Class {
    /// The classes of rates, the worst first.
    pub const RATES: [Self; 5] = [
        Self::Below80,
        Self::From80,
        Self::From90,
        Self::From95,
        Self::From98,
    ];

    /// From so many cases on a rate says something.
    pub const ENOUGH: i64 = 10;

    /// The class of a rate, per cent, over `n` cases.
    pub fn of(value: Option<f64>, n: i64) -> Self {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return Self::Nothing;
        };
        if n < Self::ENOUGH {
            Self::Few
        } else if value < 80.0 {
            Self::Below80
        } else if value < 90.0 {
            Self::From80
        } else if value < 95.0 {
            Self::From90
        } else if value < 98.0 {
            Self::From95
        } else {
            Self::From98
        }
    }

    /// Its sign where there are no colours, and where it has none.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Below80 | Self::Changed => "#",
            Self::From80 => "%",
            Self::From90 => "+",
            Self::From95 => ":",
            Self::From98 => "'",
            Self::Few => "~",
            Self::Nothing => "-",
            Self::Plain => " ",
            Self::Chosen => "@",
        }
    }

    /// How its cells look: from red over grey to blue, of the 256 colours that pass through every multiplexer.
    pub fn style(self, theme: Theme) -> Style {
        const BLACK: u8 = 16;
        const WHITE: u8 = 231;
        let (ink, ground) = match self {
            Self::Below80 => (WHITE, 124),
            Self::From80 => (BLACK, 209),
            Self::From90 => (BLACK, 250),
            Self::From95 => (BLACK, 74),
            Self::From98 => (WHITE, 25),
            Self::Changed => (BLACK, 220),
            Self::Chosen => (BLACK, 208),
            Self::Few | Self::Nothing | Self::Plain => return Style::new(),
        };
        if theme.mono {
            return Style::new();
        }
        Style::new()
            .fg(Color::Indexed(ink))
            .bg(Color::Indexed(ground))
    }

    /// What fills its cells beside the colour.
    fn filling(self, theme: Theme) -> &'static str {
        let told_by_colour = self.style(theme).bg.is_some();
        if told_by_colour { " " } else { self.sign() }
    }
}

/// A grid as it is painted.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    pub name: &'a str,
    /// What it is called where the whole name has no room.
    pub short: &'a str,
    pub class: Class,
    /// A rate, per cent.
    pub value: Option<f64>,
    /// Its number in the list beside the map, for where not even a short label has room.
    pub number: usize,
}

/// A rate in so many cells as it needs, with one decimal. Never rounded up: 97.96 % stands in the class below 98.
pub fn percent(value: f64) -> String {
    let tenths = (value * 10.0 + 1e-6).floor();
    let whole = (tenths / 10.0).floor();
    if tenths - whole * 10.0 < 0.5 {
        format!("{whole:.0}%")
    } else {
        format!("{:.1}%", tenths / 10.0)
    }
}

/// The map, to be painted.
pub struct Picture<'a> {
    pub raster: &'a Raster,
    /// By the numbers that the raster gives to grids.
    pub tiles: &'a [Tile<'a>],
    pub selected: Option<usize>,
    /// The cell of the chosen grid's own point: what is shown of a grid that owns no cell.
    pub here: Option<(u16, u16)>,
    pub theme: Theme,
}

impl Widget for Picture<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let (columns, rows) = self.raster.size();
        let area = Rect {
            width: area.width.min(columns),
            height: area.height.min(rows),
            ..area
        };
        let chosen = self.selected.and_then(|grid| u32::try_from(grid).ok());
        // Of the whole map but these cells are looked at for the thick border.
        let near = self.selected.and_then(|grid| self.raster.extent(grid));
        let is_near = |column: u16, row: u16| {
            near.is_some_and(|[low, high]| {
                (low.0..=high.0).contains(&column) && (low.1..=high.1).contains(&row)
            })
        };
        for row in 0..area.height {
            for column in 0..area.width {
                let outlined = chosen.filter(|_| is_near(column, row));
                self.ground(column, row, outlined, area, buffer);
            }
        }
        let mut told = false;
        for (grid, tile) in (0u32..).zip(self.tiles) {
            if let Some(spot) = self.raster.spot(grid as usize) {
                let style = tile.class.style(self.theme).add_modifier(Modifier::BOLD);
                let is_chosen = chosen == Some(grid);
                let style = if is_chosen {
                    style.add_modifier(Modifier::REVERSED)
                } else {
                    style
                };
                let label = Label {
                    picture: &self,
                    grid,
                    spot,
                    style,
                    area,
                };
                told |= label.write(tile, buffer) && is_chosen;
            }
        }
        if let Some(grid) = chosen.filter(|_| !told) {
            self.point_out(grid, area, buffer);
        }
    }
}

impl Picture<'_> {
    /// One cell without labels.
    fn ground(&self, column: u16, row: u16, chosen: Option<u32>, area: Rect, buffer: &mut Buffer) {
        let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) else {
            return;
        };
        let owner = self.raster.cell(column, row);
        let class = owner
            .and_then(|grid| self.tiles.get(grid as usize))
            .map_or(Class::Plain, |tile| tile.class);
        cell.set_symbol(class.filling(self.theme))
            .set_style(class.style(self.theme));
        let thick = chosen.map_or(0, |grid| self.raster.outline(column, row, grid));
        let bits = self.raster.borders(column, row) | thick;
        if bits == 0 {
            return;
        }
        if thick != 0 {
            cell.set_style(Style::new().add_modifier(Modifier::BOLD));
        }
        match self.theme.glyphs {
            Glyphs::Unicode => {
                // The braille patterns are the 256 characters from here on.
                let braille = char::from_u32(0x2800 + u32::from(bits)).unwrap_or('.');
                cell.set_char(braille);
            }
            Glyphs::Ascii => {
                cell.set_symbol(if thick == 0 { "." } else { "*" });
            }
        }
    }

    /// Marks a chosen grid that has no room for a label: its cells, or those that it has a dot of, or its own point.
    fn point_out(&self, grid: u32, area: Rect, buffer: &mut Buffer) {
        let all = || {
            (0..area.height).flat_map(move |row| (0..area.width).map(move |column| (column, row)))
        };
        let mut cells: Vec<(u16, u16)> = all()
            .filter(|(column, row)| self.raster.cell(*column, *row) == Some(grid))
            .collect();
        if cells.is_empty() {
            cells = all()
                .filter(|(column, row)| self.raster.dots_of(*column, *row).contains(&Some(grid)))
                .collect();
        }
        if cells.is_empty() {
            cells.extend(
                self.here
                    .filter(|at| at.0 < area.width && at.1 < area.height),
            );
        }
        for (column, row) in cells {
            if let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) {
                cell.set_style(Style::new().add_modifier(Modifier::REVERSED));
            }
        }
    }
}

/// The label of one grid.
struct Label<'a> {
    picture: &'a Picture<'a>,
    grid: u32,
    spot: Spot,
    style: Style,
    area: Rect,
}

impl Label<'_> {
    /// Name and value if there is room, else the value, else the name, else the number; whether anything had room.
    fn write(&self, tile: &Tile<'_>, buffer: &mut Buffer) -> bool {
        let row = self.spot.row;
        let Some(value) = tile.value.map(percent) else {
            return self.name(tile, buffer) || self.number(tile, buffer);
        };
        if self.spot.rows >= 4 && self.name(tile, buffer) {
            self.put(&value, row + 1, buffer);
            return true;
        }
        self.put(&value, row, buffer) || self.number(tile, buffer)
    }

    fn name(&self, tile: &Tile<'_>, buffer: &mut Buffer) -> bool {
        self.put(tile.name, self.spot.row, buffer) || self.put(tile.short, self.spot.row, buffer)
    }

    fn number(&self, tile: &Tile<'_>, buffer: &mut Buffer) -> bool {
        tile.number > 0 && self.put(&tile.number.to_string(), self.spot.row, buffer)
    }

    /// Writes over cells of the grid alone, and nothing where they do not suffice: no wide character is cut.
    fn put(&self, text: &str, row: u16, buffer: &mut Buffer) -> bool {
        let Ok(wide) = u16::try_from(text::width(text)) else {
            return false;
        };
        if wide == 0 || wide > self.spot.cells {
            return false;
        }
        let from = self.spot.from + (self.spot.cells - wide) / 2;
        let own = |column| self.picture.raster.cell(column, row) == Some(self.grid);
        let on_screen = from + wide <= self.area.width && row < self.area.height;
        if !on_screen || !(from..from + wide).all(own) {
            return false;
        }
        let room = Rect::new(self.area.x + from, self.area.y + row, wide, 1);
        for x in room.left()..room.right() {
            if let Some(cell) = buffer.cell_mut((x, room.y)) {
                cell.set_symbol(" ");
            }
        }
        buffer.set_stringn(room.x, room.y, text, usize::from(wide), Style::new());
        // The second cell of a wide character lost its ground.
        buffer.set_style(room, self.style);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::lattice::Lattice;
    use super::*;
    use proptest::prelude::*;

    fn tile(name: &str, value: Option<f64>) -> Tile<'_> {
        Tile {
            name,
            short: name,
            class: Class::of(value, 100),
            value,
            number: 7,
        }
    }

    fn painted(lattice: &Lattice, tile: Tile<'_>, size: (u16, u16), theme: Theme) -> Buffer {
        let area = Rect::new(0, 0, size.0, size.1);
        let mut buffer = Buffer::empty(area);
        let tiles = vec![tile; lattice.shapes.len()];
        Picture {
            raster: &lattice.raster(size),
            tiles: &tiles,
            selected: Some(0),
            here: Some((0, 0)),
            theme,
        }
        .render(area, &mut buffer);
        buffer
    }

    fn lines(buffer: &Buffer) -> String {
        let width = usize::from(buffer.area.width).max(1);
        let rows = buffer.content.chunks(width).map(|row| {
            let mut line = String::new();
            let mut skip = 0;
            for cell in row {
                if skip == 0 {
                    line.push_str(cell.symbol());
                    skip = text::width(cell.symbol());
                }
                skip = skip.saturating_sub(1);
            }
            line + "\n"
        });
        rows.collect()
    }

    const PLAIN: Theme = Theme {
        mono: true,
        glyphs: Glyphs::Unicode,
    };

    #[test]
    fn classes_are_those_of_the_policy_and_few_cases_are_none() {
        let classes = [79.99, 80.0, 90.0, 95.0, 98.0].map(|value| Class::of(Some(value), 10));
        assert_eq!(classes, Class::RATES);
        assert_eq!(Class::of(Some(97.99), 10), Class::From95);
        assert_eq!(Class::of(Some(12.0), 9), Class::Few);
        assert_eq!(Class::of(None, 100), Class::Nothing);
        assert_eq!(Class::of(Some(f64::NAN), 100), Class::Nothing);
    }

    #[test]
    fn a_rate_is_never_rounded_into_a_better_class() {
        assert_eq!(percent(97.99), "97.9%");
        assert_eq!(percent(98.0), "98%");
        assert_eq!(percent(97.1), "97.1%");
        assert_eq!(percent(100.0), "100%");
        assert_eq!(percent(0.0), "0%");
    }

    #[test]
    fn name_and_value_stand_in_a_grid_that_has_room() {
        let map = lines(&painted(
            &Lattice::new(2, 1),
            tile("东湖", Some(85.0)),
            (40, 10),
            PLAIN,
        ));
        assert_eq!(map.matches("东湖").count(), 2, "{map}");
        assert_eq!(map.matches("85%").count(), 2, "{map}");
    }

    #[test]
    fn less_room_leaves_the_value_and_still_less_the_number() {
        let narrow = |name: &str, size| {
            let lattice = Lattice::new(2, 2);
            lines(&painted(&lattice, tile(name, Some(85.5)), size, PLAIN))
        };
        let value = narrow("西林子村第一网格", (24, 12));
        assert!(
            value.contains("85.5%") && !value.contains("西林"),
            "{value}"
        );
        let number = narrow("西林子村第一网格", (8, 4));
        assert!(number.contains('7') && !number.contains("85"), "{number}");
    }

    #[test]
    fn without_colours_the_class_is_a_hatch_and_the_chosen_label_is_reversed() {
        let lattice = Lattice::new(2, 1);
        let buffer = painted(&lattice, tile("东湖", Some(50.0)), (40, 10), PLAIN);
        assert!(lines(&buffer).contains("###"));
        for cell in &buffer.content {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
        }
        let reversed = buffer
            .content
            .iter()
            .filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        assert_eq!(reversed.count(), 4 + 3, "name and value of one grid");
    }

    #[test]
    fn an_ascii_map_has_nothing_but_ascii_beside_its_names() {
        let theme = Theme {
            mono: false,
            glyphs: Glyphs::Ascii,
        };
        let buffer = painted(&Lattice::new(3, 2), tile("a", None), (40, 12), theme);
        let map = lines(&buffer);
        assert!(map.is_ascii(), "{map}");
        assert!(map.contains('.') && map.contains('*'), "{map}");
    }

    #[test]
    fn a_chosen_grid_too_small_for_a_cell_is_pointed_out() {
        let lattice = Lattice::new(40, 40);
        let buffer = painted(&lattice, tile("东湖", Some(50.0)), (10, 5), PLAIN);
        let marked = buffer
            .content
            .iter()
            .any(|cell| cell.modifier.contains(Modifier::REVERSED));
        assert!(marked, "{}", lines(&buffer));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// On any size each row takes exactly its cells: no wide character is cut or hangs over.
        #[test]
        fn each_row_has_its_cells(
            size in (1u16..=120, 1u16..=40),
            grids in (1usize..9, 1usize..9),
            name in "[东湖a第]{1,9}",
            value in proptest::option::of(0.0f64..=100.0),
        ) {
            let lattice = Lattice::distorted(grids.0, grids.1, 1);
            let map = lines(&painted(&lattice, tile(&name, value), size, PLAIN));
            for line in map.lines() {
                prop_assert_eq!(text::width(line), usize::from(size.0), "{}", line);
            }
        }
    }
}
