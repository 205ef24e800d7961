//! Where a ledger is: a file of SQLite, or a database of PostgreSQL.

use crate::error::PlaceError;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a ledger is. Prints as people would write it, without a password.
#[derive(Clone)]
pub struct Place {
    pub(crate) database: Database,
    /// What lies beside the ledger on the server's own disk begins with this.
    pub(crate) beside: PathBuf,
}

#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

/// The program by which an operator of the database sees our connections.
const APPLICATION: &str = "telefonist";
/// What is beside a ledger that is elsewhere begins with this, in the data folder.
const BESIDE_POSTGRES: &str = "ledger.postgres";

impl Place {
    /// The SQLite file at `path`.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { database: Database::Sqlite(path.clone()), beside: path }
    }

    /// The PostgreSQL database at `url`, such as `postgres://telefonist@db.example/telefonist`; what a server keeps
    /// on its own disk lies in `folder`. A password stands over one in the URL. Without any, that of `PGPASSWORD` or
    /// of a password file of PostgreSQL counts.
    ///
    /// # Errors
    /// When that is no URL of a PostgreSQL database.
    pub fn postgres(url: &str, password: Option<&str>, folder: &Path) -> Result<Self, PlaceError> {
        let is_postgres = ["postgres://", "postgresql://"].iter().any(|it| url.starts_with(it));
        let options: PgConnectOptions = match url.parse() {
            Ok(options) if is_postgres => options,
            // The words of the error may hold the password.
            Ok(_) | Err(_) => return Err(PlaceError),
        };
        let options = options.application_name(APPLICATION);
        let options = match password {
            Some(password) => options.password(password),
            None => options,
        };
        let beside = folder.join(BESIDE_POSTGRES);
        Ok(Self { database: Database::Postgres(Box::new(options)), beside })
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::sqlite(path)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Database::Sqlite(path) => write!(f, "{}", path.display()),
            Database::Postgres(at) => {
                let (user, name) = (at.get_username(), at.get_database());
                let name = name.unwrap_or(user);
                match at.get_socket() {
                    Some(socket) => {
                        write!(f, "postgres:///{name}?host={}&user={user}", socket.display())
                    }
                    None => {
                        write!(f, "postgres://{user}@{}:{}/{name}", at.get_host(), at.get_port())
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_without_its_password() {
        let folder = Path::new("data");
        let told = |url, password| format!("{:?}", Place::postgres(url, password, folder).unwrap());
        let url = "postgres://ana:geheim@db.example/calls";
        assert_eq!(told(url, None), "Place(postgres://ana@db.example:5432/calls)");
        assert_eq!(told(url, Some("geheim")), "Place(postgres://ana@db.example:5432/calls)");
        let socket = "postgres:///calls?host=/run/postgresql&user=ana";
        assert_eq!(told(socket, None), format!("Place({socket})"));
        assert_eq!(Place::sqlite("data/ledger.db").to_string(), "data/ledger.db");
    }

    #[test]
    fn what_is_no_database_of_postgresql_is_refused() {
        for wrong in ["", "ledger.db", "mysql://ana@db/calls", "postgres://[::1"] {
            assert!(Place::postgres(wrong, None, Path::new("")).is_err(), "{wrong}");
        }
    }
}
