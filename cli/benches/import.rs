//! `icn dag import` of a large CAR, beside `cp`, a sync and sha256 of the same file.
//!
//! `cargo bench -p icn-cli --bench import` takes a 1 GiB CAR of 256 KiB blocks; ICN_BENCH_MIB and
//! ICN_BENCH_BLOCK choose others. The two sides alternate, and the ratio of the medians is printed
//! as a row for docs/BENCHMARKS.md.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark reports or fails"
)]

use icn_base::Cid;
use icn_dag::Block;
use icn_dag::car::Writer;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

fn main() {
    let setting = |name: &str, default| {
        std::env::var(name).map_or(default, |value| value.parse::<usize>().unwrap())
    };
    let (mib, block) = (
        setting("ICN_BENCH_MIB", 1024),
        setting("ICN_BENCH_BLOCK", 256 * 1024),
    );
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let car = dir.path().join("large.car");
    let blocks = write_car(&car, mib, block);
    let (mut floor, mut import, mut peak_kib) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        floor.push(copy_and_hash(&car, &dir.path().join("copy.car")));
        let (took, peak) = icn_import(&car, &dir.path().join("data"));
        import.push(took);
        peak_kib = peak.max(peak_kib);
    }
    let (floor, import) = (median(floor), median(import));
    let rate =
        |took: Duration| car.metadata().unwrap().len() as f64 / took.as_secs_f64() / 1048576.0;
    println!(
        "| import {mib} MiB, {blocks} blocks of {block} B | {:.0} MiB/s | {:.0} MiB/s | {:.2} | {} MiB |",
        rate(floor),
        rate(import),
        floor.as_secs_f64() / import.as_secs_f64(),
        peak_kib / 1024,
    );
}

/// A CAR of one root over raw blocks that differ.
fn write_car(path: &Path, mib: usize, block: usize) -> usize {
    let count = mib * 1024 * 1024 / block;
    let mut bytes = vec![0; block];
    let mut fill = |index: usize| {
        let mut state = index as u64;
        for chunk in bytes.chunks_mut(8) {
            state = state
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            chunk.copy_from_slice(&state.to_le_bytes()[..chunk.len()]);
        }
        Block::raw(bytes.clone()).unwrap()
    };
    let cids: Vec<Cid> = (0..count).map(|index| *fill(index).cid()).collect();
    let rows: Vec<Block> = cids
        .chunks(10_000)
        .map(|row| Block::cbor(&row).unwrap())
        .collect();
    let links: Vec<Cid> = rows.iter().map(|row| *row.cid()).collect();
    let root = Block::cbor(&links).unwrap();
    let mut writer =
        Writer::new(BufWriter::new(File::create(path).unwrap()), &[*root.cid()]).unwrap();
    writer.put(&root).unwrap();
    for (at, row) in rows.iter().enumerate() {
        writer.put(row).unwrap();
        (at * 10_000..count.min((at + 1) * 10_000)).for_each(|i| writer.put(&fill(i)).unwrap());
    }
    writer.finish().unwrap();
    File::open(path).unwrap().sync_all().unwrap();
    count
}

fn copy_and_hash(from: &Path, to: &Path) -> Duration {
    let started = Instant::now();
    let (mut source, mut copy) = (File::open(from).unwrap(), File::create(to).unwrap());
    let mut buffer = vec![0; 1024 * 1024];
    let mut hash = sha2::Sha256::default();
    loop {
        let read = source.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        copy.write_all(&buffer[..read]).unwrap();
        sha2::Digest::update(&mut hash, &buffer[..read]);
    }
    std::hint::black_box(sha2::Digest::finalize(hash));
    copy.sync_data().unwrap();
    let took = started.elapsed();
    std::fs::remove_file(to).unwrap();
    took
}

fn icn_import(car: &Path, data: &Path) -> (Duration, u64) {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_icn"))
        .args([
            "dag",
            "import",
            car.to_str().unwrap(),
            "--data-dir",
            data.to_str().unwrap(),
        ])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let now = std::fs::read_to_string(&status).unwrap_or_default();
        let line = now
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap_or_default();
        peak = line.trim().trim_end_matches(" kB").parse().unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = started.elapsed();
    assert!(child.wait().unwrap().success());
    std::fs::remove_dir_all(data).unwrap();
    (took, peak)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
