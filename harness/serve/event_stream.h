// A stream of events about one campaign (server-sent events): "run" for each run that ends, "state"
// when the campaign stops or goes on, "anew" when its ledger was begun anew, "broken" before it
// ends because the ledger cannot be read.
//
// Memory is bounded: the next part of the ledger is read once the last one was taken.
#pragma once

#include <memory>

#include <boost/beast/core/tcp_stream.hpp>

#include "harness/serve/http_session.h"

namespace quorate {

// Ends when the client goes, says anything more, or takes nothing for a while. `connection` is let
// go of at the end.
void start_event_stream(boost::beast::tcp_stream stream, std::shared_ptr<Counted> connection,
                        FollowRequest request, bool with_body);

}  // namespace quorate
