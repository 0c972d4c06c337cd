#include "simulation/driven_client.h"

#include <utility>

namespace quorate::simulation {

namespace {

node::CoordinatorOptions options_of(const ClusterSetup& setup) {
  node::CoordinatorOptions options;
  options.version_scheme = setup.scheme;
  options.fan_out = setup.fan_out;
  options.read_mode = setup.read_mode;
  return options;
}

}  // namespace

DrivenClient::DrivenClient(Endpoint self, const ClusterSetup* setup, std::uint64_t incarnation,
                           Surroundings* surroundings)
    : self_(self), surroundings_(surroundings), coordinator_(incarnation, options_of(*setup)) {}

void DrivenClient::read(node::ReadCommand command) {
  coordinator_.start_read(std::move(command), &effects_);
  carry();
}

void DrivenClient::write(node::WriteCommand command) {
  coordinator_.start_write(std::move(command), &effects_);
  carry();
}

void DrivenClient::on_reply(node::ReplicaIndex from, node::ReplicaReply reply) {
  coordinator_.on_reply(from, std::move(reply), &effects_);
  carry();
}

void DrivenClient::on_time(Instant now) {
  coordinator_.on_time(now, &effects_);
  carry();
}

void DrivenClient::carry() {
  while (!effects_.sends.empty()) {
    for (node::Send& send : std::exchange(effects_.sends, {})) {
      send.request.epoch = epoch_;
      if (surroundings_->send(self_, send.to, send.request)) continue;
      coordinator_.on_not_sent(send.to, send.request.operation, send.request.kind, &effects_);
    }
  }
  for (const node::FinishedOperation& operation : std::exchange(effects_.finished, {})) {
    surroundings_->finish(operation.client, operation.result);
  }
}

}  // namespace quorate::simulation
