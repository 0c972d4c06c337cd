#include "node/core/gossip/node_state.h"

#include "node/core/byte_codec.h"

namespace quorate::node {
namespace {

NodeReport read_report(ByteReader* reader) {
  NodeReport report;
  report.node = reader->u16();
  report.state.incarnation = reader->u64();
  report.state.heartbeat = reader->u64();
  const std::uint8_t voting = reader->u8();
  report.state.voting = voting == 1;
  report.state.generation = reader->u64();
  if (voting > 1) reader->fail();
  if (!report.state.is_known() || report.state.incarnation > kMaxIncarnation) reader->fail();
  return report;
}

}  // namespace

std::string encode_reports(const std::vector<NodeReport>& reports) {
  std::string payload;
  ByteWriter writer(&payload);
  writer.u32(static_cast<std::uint32_t>(reports.size()));
  for (const NodeReport& report : reports) {
    writer.u16(report.node);
    writer.u64(report.state.incarnation);
    writer.u64(report.state.heartbeat);
    writer.u8(report.state.voting ? 1 : 0);
    writer.u64(report.state.generation);
  }
  return payload;
}

Result<std::vector<NodeReport>> decode_reports(std::string_view payload, ReplicaIndex size) {
  ByteReader reader(payload);
  std::vector<NodeReport> reports(reader.count(size));
  std::uint32_t least = 0;  // nodes ascend
  for (NodeReport& report : reports) {
    report = read_report(&reader);
    if (report.node < least || report.node >= size) reader.fail();
    least = report.node + 1U;
  }
  if (!reader.done()) return Error{ErrorCode::kProtocol, "gossip: not a list of node states"};
  return reports;
}

}  // namespace quorate::node
