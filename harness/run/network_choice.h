// Which network emulator a run gets, and why.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "harness/run/run_config.h"
#include "nemesis/network.h"

namespace quorate {

struct ChosenNetwork {
  std::unique_ptr<Network> network;
  std::string why;
};

// Gains what the packet emulator needs, where it may be wanted and this user lacks it: a user
// namespace of this process's own. Where the machine refuses, nothing has changed, and
// choose_network says so. REQUIRES: no other thread runs yet.
void gain_rights_for(NetworkKind kind);

// kAuto takes the packet emulator where it works, else the proxy; never plain loopback, which would
// leave every fault of the network out unasked. All chances on the links follow from `seed`.
// Errors: kUnsupported, with what each one lacks.
Result<ChosenNetwork> choose_network(NetworkKind kind, const std::vector<std::string>& endpoints,
                                     std::uint64_t seed);

// "packet: a network namespace with a TUN device per endpoint"; with why it was chosen.
std::string to_text(const ChosenNetwork& chosen);
// {"kind": "proxy", "about": …, "why": …}
Json to_json(const ChosenNetwork& chosen);

}  // namespace quorate
