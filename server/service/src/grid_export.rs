//! Grids as a file, written page by page: whoever reads it slowly holds nothing up, and nothing grows with the file.

use bytes::Bytes;
use futures_util::stream::{Stream, try_unfold};
use gridwhistle_domain::access::{Actor, Operation};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Crs, DivisionCode, Grid, GridCode};
use gridwhistle_store::Store;
use serde_json::json;

use crate::import::write_rows;
use crate::{Service, ServiceError};

/// So many grids are read at once.
const PAGE: u64 = 64;

/// By which spreadsheet programs know that a table is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The columns of the table. The last is named as GDAL looks for it.
const HEADER: [&str; 8] = [
    "code",
    "name",
    "kind",
    "village",
    "schematic",
    "valid_from",
    "valid_to",
    "WKT",
];

/// What kind of file.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum GridFormat {
    /// A `FeatureCollection` (RFC 7946).
    GeoJson,
    /// Features with record separators before them (RFC 8142), each on a line.
    GeoJsonSeq,
    /// A table with the boundary as well-known text.
    Csv,
}

impl GridFormat {
    pub const ALL: [Self; 3] = [Self::GeoJson, Self::GeoJsonSeq, Self::Csv];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::GeoJsonSeq => "geojsonseq",
            Self::Csv => "csv",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::GeoJson => "application/geo+json",
            Self::GeoJsonSeq => "application/geo+json-seq",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

impl std::str::FromStr for GridFormat {
    type Err = String;

    /// The error lists the names that there are.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| Self::ALL.map(Self::as_str).join(", "))
    }
}

/// Which grids, and how.
#[derive(Copy, Clone, Debug)]
pub struct GridExport {
    pub format: GridFormat,
    /// With all below it; everything unless given.
    pub division: Option<DivisionCode>,
    /// The grids in force at that moment.
    pub at: Timestamp,
    pub crs: Crs,
}

impl GridExport {
    /// How the file may be called, such as `grids-320707101000-gcj02.geojson`.
    pub fn file_name(&self) -> String {
        let division = self
            .division
            .map_or_else(String::new, |code| format!("-{code}"));
        let system = self
            .shifted()
            .map_or_else(String::new, |crs| format!("-{crs}"));
        let format = self.format.as_str();
        format!("grids{division}{system}.{format}")
    }

    /// The name of the system where it is not the one that is taken for granted.
    fn shifted(&self) -> Option<&'static str> {
        match self.crs {
            Crs::Wgs84 | Crs::Cgcs2000 => None,
            crs => Some(crs.as_str()),
        }
    }

    fn head(&self) -> String {
        match self.format {
            GridFormat::GeoJson => r#"{"type":"FeatureCollection","features":["#.to_owned(),
            GridFormat::GeoJsonSeq => String::new(),
            GridFormat::Csv => {
                let header: Vec<String> = HEADER.iter().map(ToString::to_string).collect();
                format!("{BYTE_ORDER_MARK}{}", write_rows([header]))
            }
        }
    }

    const fn foot(&self) -> &'static str {
        match self.format {
            GridFormat::GeoJson => "\n]}\n",
            GridFormat::GeoJsonSeq | GridFormat::Csv => "",
        }
    }

    /// The grids of a page; `first`: nothing stands before them.
    fn body(&self, grids: &[Grid], first: bool) -> String {
        match self.format {
            GridFormat::Csv => write_rows(grids.iter().map(|grid| self.row(grid))),
            GridFormat::GeoJson => {
                let mut text = String::new();
                for (index, grid) in grids.iter().enumerate() {
                    text.push_str(if first && index == 0 { "\n" } else { ",\n" });
                    text.push_str(&self.feature(grid));
                }
                text
            }
            GridFormat::GeoJsonSeq => {
                let mut text = String::new();
                for grid in grids {
                    text.push('\u{1e}');
                    text.push_str(&self.feature(grid));
                    text.push('\n');
                }
                text
            }
        }
    }

    /// The type stands first: by the first bytes programs tell what a file is.
    fn feature(&self, grid: &Grid) -> String {
        let properties = json!({
            "code": grid.code,
            "name": grid.name,
            "kind": grid.kind,
            "village": grid.code.village(),
            "schematic": grid.schematic,
            "valid_from": grid.valid_from.to_string(),
            "valid_to": grid.valid_to.map(|to| to.to_string()),
        });
        let system = self.shifted().map_or_else(String::new, |crs| {
            format!(r#""coordinate_system":"{crs}","#)
        });
        format!(
            r#"{{"type":"Feature","id":"{}",{system}"properties":{properties},"geometry":{}}}"#,
            grid.code,
            grid.boundary.to_geojson_in(self.crs)
        )
    }

    fn row(&self, grid: &Grid) -> Vec<String> {
        let ends = grid.valid_to.map(|to| to.to_string());
        vec![
            grid.code.to_string(),
            grid.name.clone(),
            grid.kind.to_string(),
            grid.code.village().to_string(),
            grid.schematic.to_string(),
            grid.valid_from.to_string(),
            ends.unwrap_or_default(),
            grid.boundary.to_wkt_in(self.crs),
        ]
    }
}

impl Service {
    /// The grids of a division as a file, in pieces.
    pub fn export_grids(
        &self,
        actor: &Actor,
        export: GridExport,
    ) -> Result<impl Stream<Item = Result<Bytes, ServiceError>> + Send + use<>, ServiceError> {
        self.may(actor, Operation::ReadReference)?;
        let reference = self.reference();
        let known = |code| reference.divisions.contains_key(&code);
        if !export.division.is_none_or(known) {
            return Err(ServiceError::NotFound);
        }
        Ok(grid_pieces(self.store.clone(), export))
    }
}

/// The same for whoever administers the machine.
pub fn grid_pieces(
    store: Store,
    export: GridExport,
) -> impl Stream<Item = Result<Bytes, ServiceError>> + Send {
    let walk = Walk {
        store,
        export,
        after: None,
        ended: false,
    };
    try_unfold(walk, Walk::next)
}

/// A walk through the grids by code. Each page is a question of its own, so nothing stays open between two of them.
struct Walk {
    store: Store,
    export: GridExport,
    after: Option<GridCode>,
    ended: bool,
}

impl Walk {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, ServiceError> {
        if self.ended {
            return Ok(None);
        }
        let GridExport { division, at, .. } = self.export;
        let page = self.store.grids_page(division, at, self.after, PAGE);
        let page = page.await?;
        let first = self.after.is_none();
        let mut text = if first {
            self.export.head()
        } else {
            String::new()
        };
        text.push_str(&self.export.body(&page, first));
        match page.last() {
            Some(last) if page.len() as u64 == PAGE => self.after = Some(last.code),
            _ => {
                text.push_str(self.export.foot());
                self.ended = true;
            }
        }
        Ok(Some((text.into(), self)))
    }
}
