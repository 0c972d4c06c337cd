// What a node tells about itself: STATUS as JSON for programs, INFO as text for people.
#pragma once

#include <string>

#include "base/json.h"

namespace quorate::node {

class Server;

// {"name", "cluster", "pid", "address", "incarnation", "read_mode", "durability", "quorum": {n, r,
// w} or null while the peers are not known, "peers": [{"name", "address", "connected", "refused",
// "error"}], "in_flight", "waiting_replies", "counters": {…}}
Json status_of(const Server& server);

std::string info_text(const Server& server);

// The ready file: {"name", "pid", "address", "incarnation"}.
Json ready_note(const Server& server);

}  // namespace quorate::node
