//! Reading and writing on the wire, each beside its floor.
//!
//! `cargo bench --bench wire`: the floor of reading is quick-xml going through the same bytes without making
//! anything of them; the floor of writing is copying the same bytes.

mod sample;
#[path = "sample/wire.rs"]
mod wire;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ongoing_wms::api::GetOrdersByQuery;
use wire::{answer, client, order, scan};

/// About 20 MB.
const ANSWER_BYTES: usize = 20 << 20;

fn reading(criterion: &mut Criterion) {
    let text = answer(ANSWER_BYTES);
    let client = client(text.as_bytes());
    let mut group = criterion.benchmark_group("read 20 MB");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(20).measurement_time(Duration::from_secs(8));
    group.bench_function("call", |bencher| {
        bencher.iter_with_large_drop(|| client.call(GetOrdersByQuery::default()).expect("a right answer"));
    });
    group.bench_function("rows", |bencher| {
        bencher.iter_with_large_drop(|| {
            let rows: Result<Vec<_>, _> = client.rows(GetOrdersByQuery::default()).collect();
            rows.expect("a right answer")
        });
    });
    group.bench_function("floor: scan", |bencher| bencher.iter(|| scan(black_box(&text))));
    group.finish();
}

fn writing(criterion: &mut Criterion) {
    let client = client(b"");
    let mut group = criterion.benchmark_group("write ProcessOrder");
    for lines in [1, 50, 1000] {
        let order = order(lines);
        let text = client.render(&order).expect("a right order").expose().to_owned();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("render", lines), &order, |bencher, order| {
            bencher.iter(|| client.render(black_box(order)).expect("a right order"));
        });
        group.bench_with_input(BenchmarkId::new("floor: copy", lines), &text, |bencher, text| {
            bencher.iter(|| black_box(text).clone());
        });
    }
    group.finish();
}

criterion_group!(benches, reading, writing);
criterion_main!(benches);
