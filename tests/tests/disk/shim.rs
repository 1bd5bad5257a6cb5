//! SQLite's own way to the disk with a fault in between, as the process's default: product code opens files as always.
//!
//! It holds every `unsafe` of the tests, since SQLite asks for C. It decides nothing: `fault` says what fails.

#![allow(unsafe_code, reason = "a VFS is a table of C functions")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use rusqlite::ffi;

use crate::fault::{self, Verdict};

/// A file as SQLite holds it: ours first, then the path, then room for the real one.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    /// A boxed path; null for a file without a name.
    path: *mut PathBuf,
    real: *mut ffi::sqlite3_file,
}

/// Room for ours, rounded up so that the real file after it stands as malloc would place it.
const OURS: usize = size_of::<Shim>().next_multiple_of(16);

/// The real VFS. Written once, before the shim can be called.
static mut REAL: *mut ffi::sqlite3_vfs = std::ptr::null_mut();

/// Puts the shim in the way of every file this process opens from now on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: both calls are SQLite's own and may be made from any thread; the pointer returned is valid for the life
        // of the process, and so is ours, which is leaked. `REAL` is written here alone, before the shim is registered.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null(), "SQLite has a default VFS");
            REAL = real;
            // A copy: what is not replaced takes the real functions and their data along.
            let mut shim = *real;
            shim.zName = c"failing".as_ptr();
            shim.pNext = std::ptr::null_mut();
            shim.szOsFile += c_int::try_from(OURS).expect("a few words");
            shim.xOpen = Some(open);
            shim.xDelete = Some(delete);
            let code = ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1);
            assert_eq!(code, ffi::SQLITE_OK, "the shim is registered");
        }
    });
}

fn path_of(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: SQLite passes null or a string that ends in zero and outlives the call.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())).to_owned())
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let path = path_of(name);
    let makes = flags & ffi::SQLITE_OPEN_CREATE != 0 && path.as_ref().is_none_or(|path| !path.exists());
    // SAFETY: SQLite gives `szOsFile` bytes, which is ours and the real VFS's, aligned as by malloc; nobody else has them.
    unsafe {
        let shim = file.cast::<Shim>();
        (*shim).base.pMethods = std::ptr::null();
        if makes && fault::makes_file() == Verdict::Fails {
            return ffi::SQLITE_CANTOPEN;
        }
        let real = file.cast::<u8>().add(OURS).cast::<ffi::sqlite3_file>();
        let code = (*REAL).xOpen.expect("every VFS opens")(REAL, name, real, flags, out);
        if code == ffi::SQLITE_OK {
            (*shim).real = real;
            (*shim).path = path.map_or(std::ptr::null_mut(), |path| Box::into_raw(Box::new(path)));
            (*shim).base.pMethods = &raw const METHODS;
        }
        code
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    if fault::deletes() == Verdict::Fails {
        return ffi::SQLITE_IOERR_DELETE;
    }
    // SAFETY: as SQLite called us, with the VFS the function belongs to.
    let code = unsafe { (*REAL).xDelete.expect("every VFS deletes")(REAL, name, sync) };
    if let (ffi::SQLITE_OK, Some(path)) = (code, path_of(name)) {
        fault::is_deleted(&path);
    }
    code
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the file was opened above and is closed once; the path was boxed there and is taken back here.
    unsafe {
        let shim = file.cast::<Shim>();
        let code = methods(file).xClose.expect("every file closes")((*shim).real);
        if !(*shim).path.is_null() {
            drop(Box::from_raw((*shim).path));
            (*shim).path = std::ptr::null_mut();
        }
        code
    }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, many: c_int, at: i64) -> c_int {
    if fault::reads() == Verdict::Fails {
        return ffi::SQLITE_IOERR_READ;
    }
    // SAFETY: as SQLite called us.
    unsafe { methods(file).xRead.expect("every file reads")(real(file), to, many, at) }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, many: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives `many` readable bytes, which is not negative.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(many).unwrap_or(0)) };
    let offset = at.unsigned_abs();
    let (done, code) = match fault::writes() {
        Verdict::Passes => (bytes, ffi::SQLITE_OK),
        Verdict::Fails => (&bytes[..0], ffi::SQLITE_IOERR_WRITE),
        Verdict::Full => (&bytes[..0], ffi::SQLITE_FULL),
        // What was under way when the power went.
        Verdict::Tears => (&bytes[..bytes.len() / 2], ffi::SQLITE_IOERR_WRITE),
    };
    if !done.is_empty() {
        named(file, |path| fault::is_written(path, offset, done));
        let many = c_int::try_from(done.len()).unwrap_or(0);
        // SAFETY: as SQLite called us, or with fewer of the same bytes.
        let written = unsafe { methods(file).xWrite.expect("every file writes")(real(file), from, many, at) };
        if written != ffi::SQLITE_OK {
            return written;
        }
    }
    code
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    if fault::truncates() == Verdict::Fails {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    named(file, |path| fault::is_truncated(path, size.unsigned_abs()));
    // SAFETY: as SQLite called us.
    unsafe { methods(file).xTruncate.expect("every file truncates")(real(file), size) }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    if fault::syncs() == Verdict::Fails {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    named(file, fault::is_synced);
    // SAFETY: as SQLite called us.
    unsafe { methods(file).xSync.expect("every file syncs")(real(file), flags) }
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    if extend != 0 && fault::maps() == Verdict::Fails {
        return ffi::SQLITE_IOERR_SHMSIZE;
    }
    // SAFETY: as SQLite called us.
    unsafe { methods(file).xShmMap.expect("this VFS shares memory")(real(file), page, size, extend, out) }
}

/// Functions that pass everything on.
macro_rules! passes {
    ($($ours:ident = $theirs:ident($($word:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        unsafe extern "C" fn $ours(file: *mut ffi::sqlite3_file $(, $word: $kind)*) -> $answer {
            // SAFETY: as SQLite called us.
            unsafe { methods(file).$theirs.expect("the real file has it")(real(file) $(, $word)*) }
        }
    )*};
}

passes! {
    file_size = xFileSize(out: *mut i64) -> c_int;
    lock = xLock(level: c_int) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    reserved = xCheckReservedLock(out: *mut c_int) -> c_int;
    control = xFileControl(what: c_int, with: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    traits = xDeviceCharacteristics() -> c_int;
    shm_lock = xShmLock(at: c_int, many: c_int, flags: c_int) -> c_int;
    shm_barrier = xShmBarrier() -> ();
    shm_unmap = xShmUnmap(delete: c_int) -> c_int;
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Without memory-mapped reading: every read and write comes by here.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(traits),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: every file that gets here was opened by `open`, which filled the shim in.
    unsafe { (*file.cast::<Shim>()).real }
}

fn methods(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    // SAFETY: the real VFS's tables of functions are static.
    unsafe { &*(*real(file)).pMethods }
}

fn named(file: *mut ffi::sqlite3_file, tell: impl FnOnce(&Path)) {
    // SAFETY: the path was boxed by `open` and is freed by `close`, and no file is closed while it is used.
    if let Some(path) = unsafe { (*file.cast::<Shim>()).path.as_ref() } {
        tell(path);
    }
}
