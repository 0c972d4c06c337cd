// The commands that are neither a client's operation nor a replica's: administration, status, and
// what Redis' own tools ask.
//
//   PING [text]                  +PONG, or the text
//   INFO                         a few lines of text
//   STATUS                       JSON (status.h)
//   PEERS NAME=IP:PORT,…         the whole cluster, in the same order on every node; again when an
//                                address changes
//   DUMP CURSOR COUNT            [next cursor, [[key, version, tombstone 0|1, value]…]]: this
//                                replica's own durable records in the order of their positions; ""
//                                starts and ends
//   REPAIR                       compares this node with all its peers (anti-entropy), from now on
//   CLOCK OFFSET DRIFT           what is wrong with the clock of version scheme clock
//   DISK full|fail-sync|slow MS…|healthy
//                                what is wrong with the disk from now on: all that is named, or
//                                nothing
//   STALL hints hold|drop|none   holds back or throws away hints, or lets them go on
//   STALL anti-entropy hold|none begins and answers no comparison of replicas
//
//   REPLICA.HELLO PROTOCOL CLUSTER FROM TO EPOCH
//                                a peer's greeting: closed unless this is TO of CLUSTER, at
//                                the same epoch
//   SHUTDOWN                     stops the node like SIGTERM; no reply
//   QUIT, COMMAND …, CONFIG GET …  for redis-cli and redis-benchmark
// Anything else: -ERR unknown command.
#pragma once

#include "node/core/resp_parser.h"

namespace quorate::node {

class Server;
class Session;

// Answers in the command's place in the order. `arguments` is not empty.
void run_admin_command(Server* server, Session* session, RespRequest arguments);

}  // namespace quorate::node
