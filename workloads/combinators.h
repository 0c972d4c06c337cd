// Combinators: generators made of other generators. All are as pure as what they are made of.
//
// Their laws, where a is any generator:
//   limit(n, a)    n operations of a in all, then done for everybody
//   mix            each operation comes from one of several, drawn by weight
//   phases         all of the first, then, when nobody is at it any more, all of the second, …
//   per_client     every client has a generator of its own, and sees no other's
//   per_key        every key has a generator of its own; the operation's key is drawn
//   stagger        open loop: operations of a at the times of a Poisson process
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "workloads/generator.h"
#include "workloads/key_choice.h"

namespace quorate {

// A generator that is a function; never waits and is never done.
GeneratorPtr from_function(std::function<Invocation(const Asked&, RandomStream*)> function);

// At most `count` operations, over all clients. REQUIRES: count >= 0.
GeneratorPtr limit(std::int64_t count, GeneratorPtr inner);

struct Weighted {
  double weight = 1;  // > 0
  GeneratorPtr generator;
};
// Draws one of the parts by weight for every operation. A part that is done for a client is not
// drawn for it any more; when all are, so is the mix. If the drawn part says to wait, so does the
// mix, and asked again it draws again. REQUIRES: not empty.
GeneratorPtr mix(std::vector<Weighted> parts);

// One after the other, with a barrier between: a part's first operation is given when the part
// before is done for every one of the clients [0, clients), and so all of its operations have
// ended. Who waits for the others asks again every kPhasePoll. REQUIRES: clients >= 1.
inline constexpr auto kPhasePoll = std::chrono::milliseconds(5);
GeneratorPtr phases(std::int32_t clients, std::vector<GeneratorPtr> parts);

// make(client) is called at the client's first question.
GeneratorPtr per_client(std::function<GeneratorPtr(std::int32_t client)> make);

// Draws a key, asks that key's generator (make(key), made when the key is first drawn) and puts the
// key into the operation. If that one is done for the client, others are tried from there on in
// their order; done when all are.
GeneratorPtr per_key(KeyChoice keys, std::function<GeneratorPtr(const std::string& key)> make);

// Poisson arrivals: each client's operations are due at the ends of exponential gaps of the given
// mean, drawn from a stream of its own ("arrivals/CLIENT" of the seed). A client that is late goes
// at once, and does not move what is due later. REQUIRES: mean_gap > 0.
GeneratorPtr stagger(std::uint64_t seed, Duration mean_gap, GeneratorPtr inner);

}  // namespace quorate
