#include "bench/history_generator.h"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::array<std::string_view, 4> kReplicas{R"(["n1","n2","n3"])", R"(["n2","n3","n4"])",
                                                    R"(["n1","n3","n5"])", R"(["n2","n4","n5"])"};

// A client between two steps: it invokes, its operation takes effect, it completes.
struct Client {
  enum class Stage : std::uint8_t { kIdle, kInvoked, kEffective } stage = Stage::kIdle;
  std::int32_t process = 0;
  std::uint32_t key = 0;
  std::uint32_t sequence = 0;
  bool write = false;
  bool loses_answer = false;
  std::string value;
  std::string version;
};

class Generator {
 public:
  Generator(const GeneratorOptions& options, const std::function<void(const ClientEvent&)>& take)
      : options_(options), take_(take), random_(options.seed, "generated history") {
    QUORATE_CHECK(options.clients > 0 && options.keys > 0);
    clients_.resize(static_cast<std::size_t>(options.clients));
    for (Client& client : clients_) client.process = next_process_++;
    stored_.resize(options.keys);
    versions_.resize(options.keys);
    for (std::uint32_t key = 0; key < options.keys; ++key) {
      key_names_.push_back(fmt::format("\"k{}\"", key));
    }
    for (int node = 1; node <= 5; ++node) node_names_.push_back(fmt::format("n{}", node));
  }

  void run() {
    std::size_t busy = 0;
    while (invoked_ < options_.operations || busy > 0) {
      Client& client = clients_[random_.below(clients_.size())];
      switch (client.stage) {
        case Client::Stage::kIdle:
          if (invoked_ == options_.operations) break;
          invoke(&client);
          ++busy;
          break;
        case Client::Stage::kInvoked:
          take_effect(&client);
          break;
        case Client::Stage::kEffective:
          complete(&client);
          --busy;
          break;
      }
    }
  }

 private:
  void invoke(Client* client) {
    ++invoked_;
    client->stage = Client::Stage::kInvoked;
    client->key = static_cast<std::uint32_t>(random_.below(options_.keys));
    client->write = !random_.chance(options_.read_share);
    client->loses_answer = client->write && random_.chance(options_.info_share);
    client->value.clear();
    if (client->write) {
      client->value = fmt::format("\"{}-{}\"", client->process, client->sequence++);
    }
    emit(*client, EventType::kInvoke);
  }

  void take_effect(Client* client) {
    client->stage = Client::Stage::kEffective;
    std::string& stored = stored_[client->key];
    std::string& version = versions_[client->key];
    if (!client->write) {
      client->value = stored;
      client->version = version;
      return;
    }
    if (options_.details) client->version = fmt::format("{}.9f3a.{}", invoked_, client->sequence);
    if (client->loses_answer && !random_.chance(0.5)) return;
    stored = client->value;
    version = client->version;
  }

  void complete(Client* client) {
    client->stage = Client::Stage::kIdle;
    emit(*client, client->loses_answer ? EventType::kInfo : EventType::kOk);
    if (!client->loses_answer) return;
    client->process = next_process_++;
    client->sequence = 0;
  }

  void emit(const Client& client, EventType type) {
    time_ns_ += 10'000 + static_cast<std::int64_t>(random_.below(20'000));
    ClientEvent event;
    event.index = next_index_++;
    event.time_ns = time_ns_;
    event.process = client.process;
    event.type = type;
    event.function = client.write ? Function::kWrite : Function::kRead;
    event.key = key_names_[client.key];
    event.value = client.value;
    event.node = node_names_[static_cast<std::size_t>(client.process) % node_names_.size()];
    if (options_.details && type != EventType::kInvoke) {
      event.version = client.version;
      event.replicas = kReplicas[static_cast<std::size_t>(next_index_) % kReplicas.size()];
      event.r = client.write ? 0 : 3;
      event.w = client.write ? 3 : 0;
    }
    take_(event);
  }

  const GeneratorOptions& options_;
  const std::function<void(const ClientEvent&)>& take_;
  RandomStream random_;
  std::vector<Client> clients_;
  std::vector<std::string> stored_;  // by key
  std::vector<std::string> versions_;
  std::vector<std::string> key_names_;
  std::vector<std::string> node_names_;
  std::int32_t next_process_ = 0;
  std::uint64_t invoked_ = 0;
  Position next_index_ = 0;
  std::int64_t time_ns_ = 0;
};

}  // namespace

void generate_history(const GeneratorOptions& options,
                      const std::function<void(const ClientEvent&)>& take) {
  Generator(options, take).run();
}

History generated_history(const GeneratorOptions& options) {
  HistoryBuilder builder;
  builder.reserve(options.operations);
  generate_history(options, [&builder](const ClientEvent& event) {
    const Result<void> added = builder.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  });
  return builder.build();
}

}  // namespace quorate
