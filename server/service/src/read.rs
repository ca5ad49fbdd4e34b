//! Small readings beside the cases.

use gridwhistle_domain::access::{Actor, Operation, Scope, may_use};
use gridwhistle_domain::case::CaseId;
use gridwhistle_domain::place::{Grid, GridCode};
use gridwhistle_store::Resident;

use crate::{Reference, Service, ServiceError};

impl Service {
    /// A resident's data in clear: for those who handle the case now, with a purpose, on record.
    pub async fn unmask(
        &self,
        actor: &Actor,
        id: CaseId,
        purpose: String,
    ) -> Result<Resident, ServiceError> {
        let now = self.clock.now();
        let case = self.case(actor, id).await?;
        if !may_use(actor, Operation::Unmask, now) || case.stage.is_end() {
            return Err(ServiceError::Forbidden);
        }
        self.store
            .unmask(id, actor.person, purpose, now)
            .await?
            .ok_or(ServiceError::NotFound)
    }

    /// The boundaries that a grid has had, oldest first.
    pub async fn grid_history(&self, code: GridCode) -> Result<Vec<Grid>, ServiceError> {
        Ok(self.store.grid_history(code).await?)
    }
}

impl Reference {
    /// What the scope of a post is called.
    pub fn scope_name(&self, scope: &Scope) -> String {
        match scope {
            Scope::Division(code) => self.division_name(*code),
            Scope::Unit(code) => self.unit_name(code),
            Scope::Grids(codes) => {
                let names: Vec<&str> = codes
                    .iter()
                    .filter_map(|code| self.grids.get(code))
                    .map(|g| g.name.as_str())
                    .collect();
                names.join(", ")
            }
        }
    }
}
