//! A `PostGIS` to be asked.

use anyhow::Context;
use gridwhistle_e2e::{Database, missing};
use sqlx::{Connection, PgConnection};

use crate::shape::{Corner, Shape};

/// A database with `PostGIS` in it, of one test.
pub struct Oracle {
    pub connection: PgConnection,
    /// Removed at the end.
    _database: Database,
}

/// A grid that covers a point: the point lies in it or on its border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The grid's place in the list.
    pub grid: usize,
    /// Whether it is not on the border.
    pub inside: bool,
}

/// Grids, points, and what was told of both; the last with the grids' numbers, or -1 where it is about none.
const TABLES: &str = "\
    SET client_min_messages = error;
    CREATE TEMP TABLE grids (n int PRIMARY KEY, shape geometry NOT NULL);
    CREATE INDEX ON grids USING gist (shape);
    CREATE TEMP TABLE points (n int PRIMARY KEY, place geometry NOT NULL);
    CREATE INDEX ON points USING gist (place);
    CREATE TEMP TABLE told (a int NOT NULL, b int NOT NULL, place geometry NOT NULL)";

impl Oracle {
    /// A fresh one, or `None` after saying that the test is skipped.
    pub async fn found() -> anyhow::Result<Option<Self>> {
        let Some(database) = Database::postgres().await? else {
            return Ok(None);
        };
        let url = database.url().context("a database without an address")?;
        let mut connection = PgConnection::connect(url).await?;
        let made = sqlx::query("CREATE EXTENSION IF NOT EXISTS postgis")
            .execute(&mut connection)
            .await;
        if let Err(error) = made {
            missing(&format!("PostgreSQL has no PostGIS: {error}"));
            return Ok(None);
        }
        sqlx::raw_sql(TABLES).execute(&mut connection).await?;
        Ok(Some(Self {
            connection,
            _database: database,
        }))
    }

    /// Lays grids in place of those before; they are known by their places in the list.
    pub async fn lay(&mut self, grids: &[Shape]) -> anyhow::Result<()> {
        let numbers: Vec<i32> = (0..).take(grids.len()).collect();
        let shapes: Vec<String> = grids.iter().map(Shape::well_known).collect();
        sqlx::raw_sql("TRUNCATE grids, told")
            .execute(&mut self.connection)
            .await?;
        sqlx::query(
            "INSERT INTO grids SELECT n, ST_GeomFromText(shape) \
             FROM unnest($1::int[], $2::text[]) AS given (n, shape)",
        )
        .bind(numbers)
        .bind(shapes)
        .execute(&mut self.connection)
        .await?;
        sqlx::raw_sql("ANALYZE grids")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Which of the grids cover each of the points.
    pub async fn covers(&mut self, points: &[Corner]) -> anyhow::Result<Vec<Vec<Cover>>> {
        let (east, north): (Vec<i32>, Vec<i32>) = points.iter().copied().unzip();
        sqlx::raw_sql("TRUNCATE points")
            .execute(&mut self.connection)
            .await?;
        sqlx::query(
            "INSERT INTO points SELECT n - 1, ST_MakePoint(x, y) \
             FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS given (x, y, n)",
        )
        .bind(east)
        .bind(north)
        .execute(&mut self.connection)
        .await?;
        sqlx::raw_sql("ANALYZE points")
            .execute(&mut self.connection)
            .await?;
        let rows: Vec<(i32, i32, bool)> = sqlx::query_as(
            "SELECT p.n, g.n, ST_Contains(g.shape, p.place) \
             FROM grids g JOIN points p ON ST_Covers(g.shape, p.place) ORDER BY p.n, g.n",
        )
        .fetch_all(&mut self.connection)
        .await?;
        let mut covers = vec![Vec::new(); points.len()];
        for (point, grid, inside) in rows {
            let grid = usize::try_from(grid)?;
            covers[usize::try_from(point)?].push(Cover { grid, inside });
        }
        Ok(covers)
    }
}
