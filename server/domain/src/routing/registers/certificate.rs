//! Certificates (培训证书): which officers may carry out enforcement, in what field, and until when.

use serde::{Deserialize, Serialize};

use super::course::{Course, course_of};
use super::standing::Standing;
use crate::clock::Date;
use crate::names::names;
use crate::routing::UnitCode;

/// So many officers with a valid certificate an enforcement step needs (执法人员不得少于两人).
pub const OFFICERS_NEEDED: usize = 2;

names! {
    /// What became of a certificate; that it has expired follows from its last day.
    pub enum CertificateState {
        /// 已核发
        Issued => "issued",
        /// 已续证
        Renewed => "renewed",
        /// 已注销
        Revoked => "revoked",
    }
}

course_of!(CertificateState: begins [Issued], leads_to [
    Issued => Renewed,
    Issued => Revoked,
    Renewed => Renewed,
    Renewed => Revoked,
]);

/// The certificate of an officer, for [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Printed on it, and its name in the list.
    pub number: String,
    pub officer: String,
    pub unit: UnitCode,
    /// In what it permits enforcement, such as `urban_management`.
    pub field: String,
    pub valid_from: Date,
    pub valid_to: Date,
    pub course: Course<CertificateState>,
}

impl Certificate {
    /// The published name of what it is on a day; `expired` and `pending` besides its states.
    pub fn standing(&self, day: Date) -> &'static str {
        let standing = Standing::of(&self.course, self.valid_from, Some(self.valid_to), day);
        standing.map_or("pending", |standing| {
            standing.name(|state| state != CertificateState::Revoked)
        })
    }

    /// Whether it permits anything on a day.
    pub fn valid_on(&self, day: Date) -> bool {
        let alive = !matches!(self.course.on(day), None | Some(CertificateState::Revoked));
        self.valid_from <= day && day < self.valid_to && alive
    }
}
