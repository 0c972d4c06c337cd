// What a network costs other people's client: redis-benchmark against one quorate-node, through
// plain loopback, the proxy and the packet networks, in turn.
//
//   quorate-bench-redis [requests a row] [rounds]
// Each row is the median of the rounds: requests/s with one connection and with fifty, and the
// median round trip, as redis-benchmark tells them. The node answers PING: no disk, no quorum.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "nemesis/packet/packet_network.h"

namespace quorate {
namespace {

constexpr auto kReady = std::chrono::seconds(10);

// Starts the program in the namespace; what it prints goes to `output`, its warnings to `log`.
pid_t start(int namespace_fd, const std::vector<std::string>& command, int output, int log) {
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  QUORATE_CHECK(child >= 0);
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (namespace_fd >= 0 && setns(namespace_fd, CLONE_NEWNET) != 0) _exit(1);
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execvp(arguments[0], arguments.data());
  _exit(1);
}

// A node on an endpoint of the network, alone in its cluster.
class Node {
 public:
  Node(const Network& network, const std::filesystem::path& folder)
      : ready_(folder / "ready.json"), host_(network.address("n1")) {
    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    const FileDescriptor log(open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    pid_ = start(
        network.namespace_fd("n1"),
        {(self.parent_path() / "quorate-node").string(), "--name", "n1", "--data",
         (folder / "data").string(), "--listen", host_ + ":0", "--ready-file", ready_.string()},
        log.get(), log.get());
  }
  ~Node() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  std::uint16_t port() const {
    const Instant deadline = monotonic_now() + kReady;
    while (!std::filesystem::exists(ready_)) {
      QUORATE_CHECK(monotonic_now() < deadline, "the node did not start");
      usleep(1000);
    }
    const std::string address =
        parse_json(read_file(ready_).value(), "ready").value()["address"].get<std::string>();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

 private:
  const std::filesystem::path ready_;
  const std::string host_;
  pid_t pid_ = -1;
};

struct Measured {
  double requests_per_second = 0;
  double median_ms = 0;
};

// The numbers of the line "PING_MBULK","rps","avg","min","p50",… that --csv prints.
Measured measure(Network* network, std::uint16_t port, int connections, const std::string& count) {
  const SocketAddress at = network->route("c1", "n1", port).value();
  const FileDescriptor log(open("/dev/null", O_WRONLY | O_CLOEXEC));
  int ends[2];
  QUORATE_CHECK(pipe2(ends, O_CLOEXEC) == 0);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t client =
      start(network->namespace_fd("c1"),
            {"redis-benchmark", "-h", at.host, "-p", std::to_string(at.port), "-c",
             std::to_string(connections), "-n", count, "-t", "ping_mbulk", "--csv"},
            writing.get(), log.get());
  writing = FileDescriptor();
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = read(reading.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  waitpid(client, nullptr, 0);
  const std::size_t row = text.find("\"PING");
  QUORATE_CHECK(row != std::string::npos, "redis-benchmark said: {}", text);
  std::vector<double> fields;
  for (std::size_t at_field = text.find(",\"", row); at_field != std::string::npos;
       at_field = text.find(",\"", at_field + 1)) {
    fields.push_back(std::strtod(text.c_str() + at_field + 2, nullptr));
  }
  QUORATE_CHECK(fields.size() >= 4, "{}", text);
  return {fields[0], fields[3]};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Candidate {
  std::string name;
  std::unique_ptr<Network> network;
  std::filesystem::path folder;
  std::unique_ptr<Node> node;
  std::map<int, std::vector<double>> rates;  // by connections
  std::map<int, std::vector<double>> trips;
};

std::vector<Candidate> candidates(const std::filesystem::path& scratch) {
  const std::vector<std::string> endpoints{"n1", "c1"};
  std::vector<Candidate> made;
  made.push_back({.name = "loopback", .network = make_loopback_network(endpoints)});
  made.push_back({.name = "proxy", .network = make_proxy_network(endpoints).value()});
  for (const auto& [name, kind] :
       {std::pair("packet, TUN", DeviceKind::kTun), std::pair("packet, veth", DeviceKind::kVeth)}) {
    Result<std::unique_ptr<PacketNetwork>> packet = PacketNetwork::create(endpoints, 0, kind);
    if (packet) {
      made.push_back({.name = name, .network = std::move(*packet)});
    } else {
      fmt::print("{}: {}\n", name, packet.error().context);
    }
  }
  for (Candidate& each : made) {
    each.folder = scratch / each.name;
    std::filesystem::create_directories(each.folder);
    each.node = std::make_unique<Node>(*each.network, each.folder);
  }
  return made;
}

void run(const std::string& count, int rounds) {
  std::string scratch = std::filesystem::temp_directory_path() / "quorate-bench-XXXXXX";
  QUORATE_CHECK(mkdtemp(scratch.data()) != nullptr);
  std::vector<Candidate> all = candidates(scratch);
  for (int round = 0; round < rounds; ++round) {
    for (Candidate& each : all) {
      for (const int connections : {1, 50}) {
        const Measured measured =
            measure(each.network.get(), each.node->port(), connections, count);
        each.rates[connections].push_back(measured.requests_per_second);
        each.trips[connections].push_back(measured.median_ms);
      }
    }
  }
  for (const Candidate& each : all) {
    for (const auto& [connections, rates] : each.rates) {
      fmt::print("{:13} {:3} connections: {:8.0f} requests/s ({:3.0f} % of loopback), {:.3f} ms\n",
                 each.name, connections, median(rates),
                 100 * median(rates) / median(all.front().rates.at(connections)),
                 median(each.trips.at(connections)));
    }
  }
  all.clear();
  std::filesystem::remove_all(scratch);
}

}  // namespace
}  // namespace quorate

int main(int argc, char** argv) {
  quorate::run(argc > 1 ? argv[1] : "20000", argc > 2 ? std::atoi(argv[2]) : 5);
}
