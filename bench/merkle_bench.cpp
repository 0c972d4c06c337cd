// What it costs two replicas of many records to find the few that differ, and to repair them:
// quorate-bench-merkle [RECORDS] [DIFFERENT], by default 1 000 000 records of 100 bytes, 100 of
// them older on one side. In memory, without a network: it prints the bytes that would cross one,
// and the time that both sides compute, one after the other.
#include <chrono>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "base/random.h"
#include "base/time.h"
#include "node/core/anti_entropy/test/side.h"

namespace quorate::node {
namespace {

constexpr std::size_t kRecordBytes = 100;

std::string key_of(std::uint64_t number) { return fmt::format("key:{:012}", number); }

Record record_of(std::uint64_t counter, const std::string& key, RandomStream* random) {
  std::string value(kRecordBytes - key.size(), '\0');
  for (char& c : value) c = static_cast<char>(random->next());
  return {{counter, 1, counter}, false, std::move(value)};
}

// `records` of them; both sides are equal.
void fill(std::uint64_t records, RandomStream* random, Side* left, Side* right) {
  for (std::uint64_t i = 0; i < records; ++i) {
    const std::string key = key_of(i);
    const Record record = record_of(1, key, random);
    left->put(key, record);
    right->put(key, record);
  }
}

void diverge(std::uint64_t records, std::uint64_t different, RandomStream* random, Side* side) {
  for (std::uint64_t done = 0; done < different;) {
    const std::string key = key_of(random->below(records));
    if (side->find(key).version.counter > 1) continue;
    side->write(key, record_of(2, key, random));
    ++done;
  }
}

double milliseconds_since(Instant begin) {
  return std::chrono::duration<double, std::milli>(monotonic_now() - begin).count();
}

// The time in which a tree takes in what `side` holds.
double build_time(const Side& side) {
  MerkleTree tree;
  const Instant begin = monotonic_now();
  for (const auto& [stored_key, record] : side.records) {
    const auto key = key_in(stored_key);
    tree.replace(position_of(key), 0, record_hash(key, record));
  }
  return milliseconds_since(begin);
}

void exchange_and_print(const char* name, double data_bytes, Side* left, Side* right) {
  const Instant begin = monotonic_now();
  const auto effects = exchange_all(left, right);
  const double took = milliseconds_since(begin);
  QUORATE_CHECK(effects.ended.size() == 1 && !effects.ended[0].failure);
  const ExchangeProgress& progress = effects.ended[0].progress;
  const auto bytes = static_cast<double>(progress.bytes_sent + progress.bytes_received);
  fmt::print("{}: {} requests, {} leaves differ, {} keys fetched, {} pushed\n", name,
             progress.requests, progress.leaves_differing, progress.keys_fetched,
             progress.keys_pushed);
  fmt::print("  {} bytes sent, {} received: {:.4f} % of the data; {:.2f} ms\n", progress.bytes_sent,
             progress.bytes_received, 100 * bytes / data_bytes, took);
}

void run(std::uint64_t records, std::uint64_t different) {
  RandomStream random(1, "bench");
  Side left;
  Side right;
  fill(records, &random, &left, &right);
  diverge(records, different, &random, &right);
  const double data_bytes = static_cast<double>(records) * kRecordBytes;
  fmt::print("{} records of {} bytes, {} different\n", records, kRecordBytes, different);
  fmt::print("tree of all records from memory: {:.0f} ms\n", build_time(left));
  exchange_and_print("exchange", data_bytes, &left, &right);
  QUORATE_CHECK(left.records == right.records);
  exchange_and_print("once more", data_bytes, &left, &right);
}

}  // namespace
}  // namespace quorate::node

int main(int argc, char** argv) {
  const std::uint64_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::uint64_t different = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100;
  if (records == 0 || different > records) {
    fmt::print(stderr, "usage: quorate-bench-merkle [RECORDS] [DIFFERENT]\n");
    return 2;
  }
  quorate::node::run(records, different);
}
