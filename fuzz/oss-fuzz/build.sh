#!/bin/bash -eu
# Every target with its seeds and the dictionary. cargo-fuzz and a nightly toolchain come with the image.
cd "$SRC/jwt-core"
# The pinned toolchain is for everything else.
rm rust-toolchain.toml
cargo fuzz build --release
for file in fuzz/fuzz_targets/*.rs; do
  target=$(basename "$file" .rs)
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
  cp fuzz/jose.dict "$OUT/$target.dict"
  zip -q -j "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"/*
done
