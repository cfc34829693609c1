//! `wufei backup FILE` and `wufei restore FILE`: everything the service must not lose, in one tar file.
//!
//! Inside: `manifest.json`, the database (`wufei.db`, or `tables/NAME.jsonl` of PostgreSQL) as it was at
//! one moment, and every photo the database names. The service may go on while it is made. The file
//! holds contacts and is written for its owner only.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::{Failure, build, open_database, say};
use crate::app::App;
use crate::config::Config;
use crate::db::dialect::{POSTGRES_SNAPSHOT, POSTGRES_TABLES};
use crate::db::{Db, Kind, schema_version};
use crate::shared::photos::{Photo, display_blob, original_blob, store, thumbnail_blob};

const FORMAT: u32 = 1;
const SQLITE_FILE: &str = "wufei.db";

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    /// `sqlite` or `postgres`: a backup goes back into the kind it came from.
    database: String,
    schema: i64,
    district: String,
    made_at: chrono::DateTime<chrono::Utc>,
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    }
}

pub(super) async fn backup(config: &Config, file: &Path) -> Result<ExitCode, Failure> {
    let app = build(config, String::new()).await?;
    // Made aside and renamed: a backup that was interrupted does not look like one.
    let part = file.with_extension("part");
    let mut archive = tar::Builder::new(private_file(&part)?);
    let manifest = Manifest {
        format: FORMAT,
        database: kind_name(app.db.kind()).to_owned(),
        schema: schema_version(),
        district: app.pack.id.clone(),
        made_at: app.clock.now(),
    };
    append(
        &mut archive,
        "manifest.json",
        &serde_json::to_vec_pretty(&manifest)?,
    )?;
    // The database first: photos are only ever added to what it names.
    let photos = store::all(&app.db).await?;
    match app.db.kind() {
        Kind::Sqlite => dump_sqlite(&app, &mut archive).await?,
        Kind::Postgres => dump_postgres(&app.db, &mut archive).await?,
    }
    let mut missing = 0;
    for blob in photos.iter().flat_map(blobs) {
        match app.storage.get(&blob).await? {
            Some(bytes) => append(&mut archive, &format!("photos/{blob}"), &bytes)?,
            None => missing += 1,
        }
    }
    let mut done = archive.into_inner()?;
    done.flush()?;
    done.sync_all()?;
    std::fs::rename(&part, file)?;
    app.db.close().await;
    say(&format!(
        "{}: {} photos, {missing} of their files missing",
        file.display(),
        photos.len()
    ));
    Ok(if missing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn blobs(photo: &Photo) -> [String; 3] {
    [
        original_blob(&photo.sha256, photo.id),
        display_blob(photo.id),
        thumbnail_blob(photo.id),
    ]
}

fn append(archive: &mut tar::Builder<File>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, bytes)
}

async fn dump_sqlite(app: &App, archive: &mut tar::Builder<File>) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join(SQLITE_FILE);
    let target = copy
        .to_str()
        .ok_or("the temporary folder's name is not UTF-8")?
        .to_owned();
    app.db.sql("VACUUM INTO $1").bind(target).run().await?;
    archive.append_path_with_name(&copy, SQLITE_FILE)?;
    Ok(())
}

async fn dump_postgres(db: &Db, archive: &mut tar::Builder<File>) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    tx.sql(POSTGRES_SNAPSHOT).run().await?;
    for table in POSTGRES_TABLES {
        let rows: Vec<(String,)> = tx.sql(table.dump).all().await?;
        let lines: String = rows.into_iter().map(|(row,)| row + "\n").collect();
        append(
            archive,
            &format!("tables/{}.jsonl", table.name),
            lines.as_bytes(),
        )?;
    }
    Ok(())
}

pub(super) async fn restore(config: &Config, file: &Path) -> Result<ExitCode, Failure> {
    let mut archive = tar::Archive::new(File::open(file)?);
    let mut entries = archive.entries()?;
    let first = entries.next().ok_or("the file is empty")??;
    let manifest: Manifest =
        serde_json::from_reader(first).map_err(|error| format!("this is no backup: {error}"))?;
    check(&manifest)?;
    refuse_to_overwrite(config).await?;
    let target = config.database_url();
    if (manifest.database == "postgres") != target.starts_with("postgres") {
        let kind = manifest.database;
        return Err(
            format!("WUFEI_DATABASE_URL: this backup is of {kind}, restore it there").into(),
        );
    }
    let mut tables: HashMap<String, String> = HashMap::new();
    let mut app = None;
    let mut count = 0_usize;
    for entry in entries {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        if name == SQLITE_FILE {
            let path = target
                .trim_start_matches("sqlite:")
                .trim_start_matches("//");
            let path = path.split('?').next().unwrap_or(path);
            remove_empty_database(path)?;
            std::io::copy(&mut entry, &mut private_file(Path::new(path))?)?;
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if let Some(table) = name
            .strip_prefix("tables/")
            .and_then(|n| n.strip_suffix(".jsonl"))
        {
            tables.insert(table.to_owned(), String::from_utf8(bytes)?);
        } else if let Some(blob) = name.strip_prefix("photos/") {
            // The database comes first in the file, so that it is whole by now.
            if app.is_none() {
                app = Some(build(config, String::new()).await?);
            }
            if let Some(app) = &app {
                app.storage.put(blob, bytes.into()).await?;
                count += 1;
            }
        }
    }
    let app = match app {
        Some(app) => app,
        None => build(config, String::new()).await?,
    };
    if manifest.database == "postgres" {
        fill_postgres(&app.db, &tables).await?;
    }
    app.db.close().await;
    say(&format!(
        "restored the backup of {}: {count} files of photos",
        manifest.made_at
    ));
    Ok(ExitCode::SUCCESS)
}

fn check(manifest: &Manifest) -> Result<(), Failure> {
    if manifest.format != FORMAT {
        return Err(format!("a backup of format {} is not known here", manifest.format).into());
    }
    let ours = schema_version();
    let fits = match manifest.database.as_str() {
        // An older SQLite file is migrated when it is opened.
        "sqlite" => manifest.schema <= ours,
        _ => manifest.schema == ours,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "the backup's schema is {}, this binary's {ours}",
        manifest.schema
    )
    .into())
}

/// A restore never overwrites: it goes into an installation nobody has used.
async fn refuse_to_overwrite(config: &Config) -> Result<(), Failure> {
    let db = open_database(config).await?;
    let (used,): (i64,) = db
        .sql("SELECT (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM reports)")
        .one()
        .await?;
    db.close().await;
    if used == 0 {
        return Ok(());
    }
    Err(
        "the database is in use: restore into an empty one (a new WUFEI_DATA_DIR or database)"
            .into(),
    )
}

/// The empty file that the check just made, and what SQLite keeps beside it.
fn remove_empty_database(path: &str) -> std::io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        match std::fs::remove_file(format!("{path}{ending}")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

async fn fill_postgres(db: &Db, tables: &HashMap<String, String>) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    for table in POSTGRES_TABLES {
        let lines = tables
            .get(table.name)
            .ok_or_else(|| format!("{} is missing", table.name))?;
        for line in lines.lines() {
            tx.sql(table.fill).bind(line.to_owned()).run().await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
