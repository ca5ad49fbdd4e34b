//! Many points at once: `POST /locate` as JSON, `POST /locate/packed` as bytes. To a point that lies in no grid the
//! nearest one is told where it is asked for alone.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::place::{Crs as DomainCrs, GridCode, Position, PositionError, to_wgs84};
use poem_openapi::param::Query;
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::Tag;
use super::names::Crs;
use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::CreateFail;
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Bytes of a packed point, and of its packed answer.
const POINT: usize = 16;
const ANSWER: usize = 8;

/// Points.
pub struct Locating(pub(super) State);

/// Points of one coordinate system.
#[derive(Debug, Object)]
struct Points {
    /// Each longitude and latitude.
    #[oai(validator(min_items = 1, max_items = 10000))]
    points: Vec<Vec<f64>>,
    /// `wgs84` unless given.
    crs: Option<Crs>,
}

/// The grids of points, in their order.
#[derive(Debug, Object)]
struct LocatedPoints {
    items: Vec<LocatedAt>,
}

/// Where one of the points lies.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct LocatedAt {
    /// The grid's 15 digits; absent when the point lies in none.
    grid: Option<String>,
}

/// The codes of the grids.
#[derive(ApiResponse)]
enum Packed {
    /// 8 bytes a point: the digits of the grid's code as a whole number, little-endian; 0 for a point in no grid.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Found(Binary<Vec<u8>>),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl Locating {
    /// In which grids do points lie? Each in exactly one, as a single point does.
    #[oai(path = "/locate", method = "post", operation_id = "locate_points")]
    async fn many(
        &self,
        caller: Caller,
        body: Body<Points>,
    ) -> Result<Answer<LocatedPoints>, CreateFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let Body(asked) = body;
        let crs = asked.crs.map_or(DomainCrs::Wgs84, DomainCrs::from);
        let points = asked.points.iter().enumerate();
        let points: Result<Vec<Position>, Refusal> = points
            .map(|(at, point)| match point.as_slice() {
                [lon, lat] => place(*lon, *lat, crs).map_err(|_| off(&format!("/points/{at}"))),
                _ => Err(off(&format!("/points/{at}"))),
            })
            .collect();
        let grids = self.0.service.reference().land.locator.grids_of(&points?);
        let told = |grid: Option<GridCode>| LocatedAt {
            grid: grid.map(|code| code.to_string()),
        };
        Ok(Answer(LocatedPoints {
            items: grids.into_iter().map(told).collect(),
        }))
    }

    /// The same for very many points, as bytes: 16 a point, its longitude and its latitude as IEEE 754 doubles,
    /// little-endian; at most 12 MiB.
    #[oai(
        path = "/locate/packed",
        method = "post",
        operation_id = "locate_packed_points"
    )]
    async fn packed(
        &self,
        caller: Caller,
        crs: Query<Option<Crs>>,
        body: Binary<Vec<u8>>,
    ) -> Result<Packed, CreateFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let crs = crs.0.map_or(DomainCrs::Wgs84, DomainCrs::from);
        let points = unpacked(&body.0, crs)?;
        let grids = self.0.service.reference().land.locator.grids_of(&points);
        let mut answer = Vec::with_capacity(grids.len() * ANSWER);
        for grid in grids {
            let number = grid.map_or(0, GridCode::number);
            answer.extend(number.to_le_bytes());
        }
        Ok(Packed::Found(Binary(answer)))
    }
}

fn unpacked(bytes: &[u8], crs: DomainCrs) -> Result<Vec<Position>, Refusal> {
    let (points, rest) = bytes.as_chunks::<POINT>();
    if !rest.is_empty() {
        return Err(off(&format!("/{}", points.len())));
    }
    let points = points.iter().enumerate();
    points
        .map(|(at, point)| {
            let (lon, lat) = (double(point, 0), double(point, 8));
            place(lon, lat, crs).map_err(|_| off(&format!("/{at}")))
        })
        .collect()
}

/// The double that begins at a byte of a point.
fn double(point: &[u8; POINT], from: usize) -> f64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&point[from..from + 8]);
    f64::from_le_bytes(bytes)
}

fn place(lon: f64, lat: f64, crs: DomainCrs) -> Result<Position, PositionError> {
    let (lon, lat) = to_wgs84(lon, lat, crs)?;
    Position::new(lon, lat)
}

/// The point with that place in the request is none on the globe.
fn off(pointer: &str) -> Refusal {
    let message = Message::new("wrong-not-on-the-globe");
    Refusal::new(Code::InvalidBody).fault(Fault::field(pointer, "not_on_the_globe", message))
}
