// NodeProcess: a real quorate-node, started by a test on loopback and gone with it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file.h"
#include "base/json.h"
#include "base/test/temporary_folder.h"
#include "node/server/test/resp_client.h"

namespace quorate::node {

class NodeProcess {
 public:
  // Starts a node that keeps its records in `folder`/data and its log in `folder`/log.
  NodeProcess(const std::string& name, const std::filesystem::path& folder,
              const std::vector<std::string>& options);
  ~NodeProcess();
  NodeProcess(NodeProcess&&) = delete;

  // Waits for "ready ADDRESS" (at most ten seconds); the port, or 0 where the node ended or said
  // something else.
  int await_ready();
  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // Waits for the end (at most ten seconds): its exit code, 128 + its signal, or -1 where it goes
  // on.
  int await_end();
  std::string log() const;

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  FileDescriptor output_;
  int port_ = 0;
  std::optional<int> ended_;
};

// Three nodes, or as many as asked for, that know each other.
class TestCluster {
 public:
  explicit TestCluster(int size, const std::vector<std::string>& options = {});

  NodeProcess& node(int index) { return *nodes_[static_cast<std::size_t>(index)]; }
  int port(int index) { return node(index).port(); }
  std::string name(int index) const { return "n" + std::to_string(index + 1); }
  void kill(int index);
  // Again, on a port of its own choice or on `port`; the others are not told.
  void restart(int index, int port = 0);
  // Tells every node where all are.
  void introduce();
  // What STATUS of node `index` says; null where it does not answer.
  Json status(int index);
  // Waits until `condition` holds for the STATUS of node `index`; false after ten seconds.
  bool await(int index, const std::function<bool(const Json&)>& condition);
  // Waits until node `index` is connected to `peers` others.
  bool await_links(int index, int peers);
  // Waits until node `index` knows the others, and they know its disk.
  bool await_voting(int index);
  // Takes the disk of a node that was killed.
  void wipe(int index);

 private:
  TemporaryFolder folder_;
  std::vector<std::string> options_;
  std::vector<std::unique_ptr<NodeProcess>> nodes_;
};

}  // namespace quorate::node
