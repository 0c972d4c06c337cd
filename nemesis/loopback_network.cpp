// Plain loopback: nothing between the endpoints, so nothing to bend.
#include <utility>

#include "nemesis/network.h"

namespace quorate {
namespace {

class LoopbackNetwork : public Network {
 public:
  explicit LoopbackNetwork(std::vector<std::string> endpoints) : endpoints_(std::move(endpoints)) {}

  std::string_view name() const override { return "none"; }
  std::string about() const override { return "plain loopback: no link can be bent"; }
  bool can_bend_links() const override { return false; }
  const std::vector<std::string>& endpoints() const override { return endpoints_; }
  std::string address(std::string_view) const override { return "127.0.0.1"; }
  int namespace_fd(std::string_view) const override { return -1; }
  Result<void> set_link(std::string_view, std::string_view, const LinkState&) override {
    return Error{ErrorCode::kUnsupported,
                 "plain loopback has no links to bend: use --network packet"};
  }
  void heal_all_links() override {}
  LinkCounters counters(std::string_view, std::string_view) const override { return {}; }

 private:
  const std::vector<std::string> endpoints_;
};

}  // namespace

std::unique_ptr<Network> make_loopback_network(std::vector<std::string> endpoints) {
  return std::make_unique<LoopbackNetwork>(std::move(endpoints));
}

}  // namespace quorate
