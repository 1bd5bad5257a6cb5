//! Makes the files of `tests/kept` that are not there yet: one small town as a server and a notebook of each version of
//! their databases keep it, in the clear and packed by gzip.
//!
//! It never makes one anew: a kept file is what a version left behind. How to use it is said in CONTRIBUTING.md.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use feltbog_tests::World;
use flate2::{Compression, write::GzEncoder};
use rusqlite::{Connection, config::DbConfig};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    feltbog_tests::says(make().map_err(|why| why.to_string()))
}

fn make() -> Outcome<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let world = World::new(2_026);
    let anna = world.tablet(world.town.anna);
    let case = world.town.cases[0];
    let note = anna.writes(case, "Skrevet og sendt.");
    anna.sets(case, "mobilitet", "Går med stok")?;
    anna.settles();
    anna.finishes(note)?;
    anna.settles();
    anna.writes(case, "Ikke sendt endnu.");
    let (path, key) = anna.file_and_key();
    let secret = fs::read(world.server.folder().join("feltbog.key"))?;
    let (kept, steps) = (root.join("kept"), root.join("../migrations"));
    fs::create_dir_all(&kept)?;
    let scratch = world.folder("plain");
    fs::create_dir_all(&scratch)?;
    let mut made = Vec::new();
    for (name, from, key, steps) in [
        ("notebook", path, key.as_bytes().to_vec(), steps.join("replica")),
        (
            "server",
            world.server.folder().join("feltbog.db"),
            secret,
            steps.join("server/sqlite"),
        ),
    ] {
        let now = scratch.join(format!("{name}.db"));
        in_the_clear(&from, &key, &now)?;
        made.extend(each_version(name, &now, &numbered(&steps)?, &kept)?);
    }
    made.extend(keys_of(&made, world.server.folder(), &scratch.join("keys.db"))?);
    Ok(made)
}

/// The keys of the documents in each server's database that was made.
fn keys_of(made: &[String], folder: &Path, clear: &Path) -> Outcome<Vec<String>> {
    in_the_clear(
        &folder.join("feltbog-keys.db"),
        &fs::read(folder.join("feltbog.key"))?,
        clear,
    )?;
    let servers = made.iter().filter(|path| path.contains("/server-"));
    servers
        .map(|path| {
            let target = path.replace("/server-", "/keys-");
            packs(clear, Path::new(&target))?;
            Ok(target)
        })
        .collect()
}

fn packs(from: &Path, to: &Path) -> Outcome<()> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&fs::read(from)?)?;
    fs::write(to, packed.finish()?)?;
    Ok(())
}

/// The steps of a database, in order.
fn numbered(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut steps: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Outcome<_>>()?;
    steps.sort();
    Ok(steps)
}

fn in_the_clear(from: &Path, key: &[u8], to: &Path) -> Outcome<()> {
    let sql = Connection::open(from)?;
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    sql.pragma_update(None, "key", format!("x'{key}'"))?;
    sql.execute("attach ?1 as clear key ''", [to.display().to_string()])?;
    sql.query_row("select sqlcipher_export('clear')", [], |_| Ok(()))?;
    let version: i64 = sql.query_row("pragma user_version", [], |row| row.get(0))?;
    sql.pragma_update(Some("clear"), "user_version", version)?;
    Ok(())
}

fn each_version(name: &str, now: &Path, steps: &[PathBuf], kept: &Path) -> Outcome<Vec<String>> {
    let mut made = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let number = step
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.get(..4));
        let target = kept.join(format!("{name}-{}.db.gz", number.ok_or("a step has a number")?));
        if target.exists() {
            continue;
        }
        let old = now.with_extension(format!("{at}"));
        let sql = Connection::open(&old)?;
        // What triggers keep is copied like everything else.
        sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        for step in &steps[..=at] {
            sql.execute_batch(&fs::read_to_string(step)?)?;
        }
        fill(&sql, now)?;
        sql.pragma_update(None, "user_version", i64::try_from(at + 1)?)?;
        drop(sql);
        packs(&old, &target)?;
        made.push(target.display().to_string());
    }
    Ok(made)
}

/// Copies what the older version has a place for. The index of words is left empty: it is made anew in the background.
fn fill(sql: &Connection, now: &Path) -> Outcome<()> {
    sql.execute("attach ?1 as now key ''", [now.display().to_string()])?;
    let list = "select name from main.sqlite_schema where type = 'table' and name not like 'search%' \
                and name not like 'sqlite_%'";
    let tables = words(sql, list)?;
    for table in &tables {
        let columns = words(
            sql,
            &format!(
                "select name from pragma_table_info('{table}', 'main') \
                 where name in (select name from pragma_table_info('{table}', 'now'))"
            ),
        )?
        .join(", ");
        sql.execute_batch(&format!(
            "insert into main.{table} ({columns}) select {columns} from now.{table}"
        ))?;
    }
    if tables.iter().any(|table| table == "doc") {
        sql.execute_batch("update main.doc set indexed = null")?;
    }
    sql.execute_batch("detach now")?;
    Ok(())
}

fn words(sql: &Connection, question: &str) -> Outcome<Vec<String>> {
    let mut query = sql.prepare(question)?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
