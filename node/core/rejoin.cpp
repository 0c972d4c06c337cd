#include "node/core/rejoin.h"

#include <algorithm>

#include "node/core/byte_codec.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

namespace {

constexpr std::string_view kPrefix = "disk.";  // then the node's index (2 bytes)
constexpr std::string_view kAccepted = "accepted-disk";

void write_disk(ByteWriter* writer, const NodeStart& disk) {
  writer->u64(disk.id);
  writer->u64(disk.generation);
  writer->u64(disk.incarnation);
}

NodeStart read_disk(ByteReader* reader) {
  NodeStart disk;
  disk.id = reader->u64();
  disk.generation = reader->u64();
  disk.incarnation = reader->u64();
  return disk;
}

bool read_flag(ByteReader* reader) {
  const std::uint8_t flag = reader->u8();
  if (flag > 1) reader->fail();
  return flag == 1;
}

std::string encode_known(const KnownDisk& known) {
  std::string bytes;
  ByteWriter writer(&bytes);
  write_disk(&writer, known.disk);
  writer.u8(known.in_doubt ? 1 : 0);
  return bytes;
}

std::string meta_key(ReplicaIndex node) {
  std::string key(kPrefix);
  ByteWriter(&key).u16(node);
  return key;
}

// The node has a later start behind it than this disk remembers, or had another disk.
bool is_not_the_known_disk(const NodeStart& known, const NodeStart& told) {
  if (known.incarnation == told.incarnation) return false;  // the same start, asked again
  return known.id != told.id || known.generation >= told.generation;
}

}  // namespace

std::string encode_introduction(const Introduction& introduction) {
  std::string bytes;
  ByteWriter writer(&bytes);
  write_disk(&writer, introduction.disk);
  writer.u8(introduction.caught_up ? 1 : 0);
  return bytes;
}

Result<Introduction> decode_introduction(std::string_view payload) {
  ByteReader reader(payload);
  Introduction introduction;
  introduction.disk = read_disk(&reader);
  introduction.caught_up = read_flag(&reader);
  if (!reader.done()) return Error{ErrorCode::kProtocol, "not an introduction"};
  return introduction;
}

Rejoin::Rejoin(RejoinMode mode, NodeStart disk, ReplicaIndex self, const Ring* ring,
               std::uint16_t sources)
    : disk_(disk),
      self_(self),
      ring_(ring),
      sources_(std::min<std::uint16_t>(sources, static_cast<std::uint16_t>(ring->n() - 1))),
      asks_(mode == RejoinMode::kCatchUp && !planted(Bug::kRejoinEmptyVotes)) {
  if (!asks_) {
    state_ = State::kVoting;
    remembered_ = true;
  }
  answered_.set(self);
  for (Partition i = 0; i < kPartitions; ++i) held_ += ring->is_replica(self, i) ? 1 : 0;
  settle();
}

Result<void> Rejoin::load(const StoredEntry& entry) {
  if (entry.key == kAccepted) accepted_ = true;
  if (entry.key.size() != kPrefix.size() + 2 || !entry.key.starts_with(kPrefix)) return {};
  ByteReader key(std::string_view(entry.key).substr(kPrefix.size()));
  const ReplicaIndex node = key.u16();
  ByteReader reader(entry.bytes);
  KnownDisk known;
  known.disk = read_disk(&reader);
  known.in_doubt = read_flag(&reader);
  if (!reader.done()) return Error{ErrorCode::kCorrupt, "a known disk that cannot be read"};
  known_[node] = known;
  return {};
}

Rejoin::Round Rejoin::round(Instant now) {
  Round round;
  next_round_ = now + kRetryAfter;
  for (ReplicaIndex node = 0; node < ring_->nodes(); ++node) {
    if (!answered_.test(node)) round.to.push_back(node);
  }
  round.payload = encode_introduction({disk_, caught_up_});
  return round;
}

std::optional<Instant> Rejoin::next_round() const {
  if (answered_.count() == ring_->nodes()) return std::nullopt;
  return next_round_;
}

Result<Rejoin::Answer> Rejoin::on_introduction(ReplicaIndex from, std::string_view payload,
                                               std::uint64_t purged_counter) {
  const auto told = decode_introduction(payload);
  if (!told) return told.error();
  const auto [place, is_new] = known_.try_emplace(from, KnownDisk{told->disk, false});
  KnownDisk& known = place->second;
  bool in_doubt = false;
  if (!is_new && told->disk.incarnation != known.disk.incarnation) {
    in_doubt = known.in_doubt || is_not_the_known_disk(known.disk, told->disk);
    if (told->caught_up) in_doubt = false;
    // A start in doubt does not take the place of the one that is not: its introduction may have
    // come late, from a process that is gone.
    if (!in_doubt) known.disk = told->disk;
    known.in_doubt = in_doubt;
  }
  std::string answer;
  ByteWriter writer(&answer);
  writer.u64(told->disk.incarnation);
  writer.u8(in_doubt ? 1 : 0);
  writer.u64(purged_counter);
  write_disk(&writer, disk_);
  return Answer{{Table::kMeta, meta_key(from), encode_known(known)}, std::move(answer)};
}

Result<Rejoin::Told> Rejoin::on_answer(ReplicaIndex from, std::string_view payload) {
  ByteReader reader(payload);
  const std::uint64_t incarnation = reader.u64();
  const bool in_doubt = read_flag(&reader);
  Told told{.purged_counter = reader.u64(), .remember = {}};
  const NodeStart other = read_disk(&reader);
  if (!reader.done() || from >= ring_->nodes() || told.purged_counter > kMaxVersionNumber) {
    return Error{ErrorCode::kProtocol, "not an answer to an introduction"};
  }
  // What is known already only the other's own introduction changes: that can be doubted.
  if (const auto [place, is_new] = known_.try_emplace(from, KnownDisk{other, false}); is_new) {
    told.remember = StoreChange{Table::kMeta, meta_key(from), encode_known(place->second)};
  }
  if (incarnation != disk_.incarnation) return told;
  if (in_doubt && state_ == State::kVoting) {
    caught_up_ = true;  // the doubt is about a start that acknowledged nothing: it is told so
  } else {
    answered_.set(from);
    if (in_doubt && state_ == State::kIntroducing) state_ = State::kCatchingUp;
  }
  settle();
  return told;
}

void Rejoin::on_partition_fetched(ReplicaIndex peer, Partition partition) {
  // Of a peer that has not answered, the purged counter is not known.
  if (state_ != State::kCatchingUp || !answered_.test(peer)) return;
  fetched_.at(partition).set(peer);
  settle();
}

std::size_t Rejoin::others_needed() const {
  const std::size_t nodes = ring_->nodes();
  const std::size_t majority = nodes / 2;  // with this node
  return accepted_ ? majority : std::min(nodes - 1, nodes - majority);
}

std::optional<StoreChange> Rejoin::take_acceptance() {
  if (accepted_ || !asks_ || !is_voting() || ring_->nodes() == 1) return std::nullopt;
  accepted_ = true;
  return StoreChange{Table::kMeta, std::string(kAccepted), "1"};
}

bool Rejoin::is_caught_up(Partition partition) const {
  return !ring_->is_replica(self_, partition) || fetched_.at(partition).count() >= sources_;
}

std::size_t Rejoin::partitions_done() const {
  std::size_t done = 0;
  for (Partition i = 0; i < kPartitions; ++i) {
    if (ring_->is_replica(self_, i) && is_caught_up(i)) ++done;
  }
  return done;
}

void Rejoin::settle() {
  if (answered_.count() > others_needed()) remembered_ = true;  // this node is one of them
  if (!remembered_) return;
  if (state_ == State::kIntroducing) state_ = State::kVoting;
  if (state_ != State::kCatchingUp || partitions_done() < held_) return;
  state_ = State::kVoting;
  caught_up_ = true;
  answered_.reset();  // everyone is told that the doubt is over
  answered_.set(self_);
}

}  // namespace quorate::node
