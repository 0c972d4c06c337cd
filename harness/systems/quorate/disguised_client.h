// DisguisedClient: a client whose keys and values wear a disguise on their way to the nodes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "harness/systems/quorate/disguise.h"
#include "harness/systems/system.h"

namespace quorate {

class DisguisedClient final : public Client {
 public:
  // `disguise` outlives this.
  DisguisedClient(std::unique_ptr<Client> inner, Disguise* disguise, std::uint64_t seed)
      : inner_(std::move(inner)), disguise_(disguise), seed_(seed) {}

  void open() override { inner_->open(); }
  void invoke(const Invocation& invocation, Duration timeout,
              std::function<void(Completion)> done) override {
    Invocation dressed = invocation;
    dressed.key = disguise_->key(invocation.key, seed_);
    if (invocation.function == Function::kWrite) {
      dressed.value = disguise_->value(invocation.key, invocation.value);
    }
    inner_->invoke(dressed, timeout,
                   [disguise = disguise_, key = invocation.key,
                    done = std::move(done)](Completion completion) {
                     if (completion.has_value) {
                       completion.value = disguise->plain_value(key, completion.value);
                     }
                     done(std::move(completion));
                   });
  }
  void close() override { inner_->close(); }

 private:
  std::unique_ptr<Client> inner_;
  Disguise* disguise_;
  std::uint64_t seed_;
};

}  // namespace quorate
