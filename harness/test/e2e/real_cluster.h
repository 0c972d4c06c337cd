// RealCluster: three real nodes on loopback under a ProcessCluster, for tests of what a fault does
// to them. The event loop is served by a thread of its own, so that the test can be the nemesis.
#pragma once

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "harness/cluster/process_cluster.h"
#include "harness/systems/quorate/admin.h"
#include "harness/systems/quorate/quorate_system.h"
#include "harness/test/e2e/cli.h"
#include "nemesis/fault_catalogue.h"
#include "nemesis/plan.h"

namespace quorate::e2e {

class RealCluster : public ::testing::Test {
 protected:
  // n = 3, r = w = 2, reads not written back, but for what `change` changes.
  void start(const std::function<void(RunConfig*)>& change = [](RunConfig*) {}) {
    RunConfig config;
    config.nodes = 3;
    config.read_mode = "none";
    config.network = NetworkKind::kNone;
    change(&config);
    config_ = complete(config).value();
    cluster_ =
        std::make_unique<ProcessCluster>(loop_, system_, *network_, config_, folder_,
                                         [this](const std::string& node, const std::string& how) {
                                           const std::lock_guard lock(mutex_);
                                           crashes_.push_back(node + ": " + how);
                                         });
    const Result<void> started = cluster_->start_all([] { return false; });
    ASSERT_TRUE(started) << started.error().to_string();
    server_ = std::thread([this] { loop_.run_until([this] { return stopping_.load(); }); });
  }
  void TearDown() override {
    if (!server_.joinable()) return;
    boost::asio::post(loop_.io(), [this] { stopping_ = true; });
    server_.join();
    cluster_->stop_all();
  }

  ProcessCluster& cluster() { return *cluster_; }
  std::vector<std::string> crashes() {
    const std::lock_guard lock(mutex_);
    return crashes_;
  }
  static std::unique_ptr<Fault> fault(const std::string& name) { return make_fault(name).value(); }

  NodeAccess access(std::size_t node) const {
    return {cluster_->addresses().at(node - 1).at(node - 1), -1};
  }
  bool tell(std::size_t node, const std::vector<std::string>& command) const {
    return tell_node(access(node), command).has_value();
  }
  // Until it is acknowledged by `w` nodes: links may not be up again.
  void write(std::size_t node, const std::string& key, const std::string& value, const char* w) {
    ASSERT_TRUE(eventually(
        [&] {
          return tell(node, {"SET", key, value, "W", w});
        },
        std::chrono::seconds(20)));
  }
  // What the node's own replica holds; nothing where it does not answer.
  std::vector<DumpedRecord> records_of(std::size_t node) const {
    auto records = dump_records(access(node).address, -1, 10'000);
    return records ? std::move(*records) : std::vector<DumpedRecord>();
  }
  // "" where it has none.
  std::string value_at(std::size_t node, const std::string& key) const {
    for (const DumpedRecord& record : records_of(node)) {
      if (record.key == key) return record.value;
    }
    return "";
  }
  Json status(std::size_t node) const {
    auto told = status_of(access(node).address, -1);
    return told ? std::move(*told) : Json();
  }
  // SIGCONT does nothing to a process that goes on anyway.
  bool runs(const std::string& node) { return cluster_->resume(node).has_value(); }
  bool await_whole(const std::string& node) {
    return eventually(
        [&] {
          const Result<bool> whole = cluster_->is_whole(node);
          return whole && *whole;
        },
        std::chrono::seconds(20));
  }
  void await_all_whole() {
    for (const std::string& node : cluster_->nodes()) ASSERT_TRUE(await_whole(node)) << node;
  }

 private:
  static std::filesystem::path node_program() {
    const char* folder = std::getenv("QUORATE_BIN");
    return std::filesystem::path(folder == nullptr ? "." : folder) / "quorate-node";
  }

  const TemporaryFolder scratch_;
  const RunFolder folder_ = RunFolder::create(scratch_.path() / "run", false).value();
  EventLoop loop_;
  QuorateSystem system_{node_program()};
  const std::unique_ptr<Network> network_ =
      make_loopback_network({"n1", "n2", "n3", "c1", "c2", "c3"});
  RunConfig config_;
  std::unique_ptr<ProcessCluster> cluster_;
  std::atomic<bool> stopping_ = false;
  std::thread server_;
  std::mutex mutex_;
  std::vector<std::string> crashes_;  // guarded by mutex_
};

}  // namespace quorate::e2e
