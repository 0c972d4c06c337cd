#include "checker/general/two_holders.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

namespace quorate {

std::vector<Call> two_holders(const KeyCalls& calls) {
  const std::vector<Call>& all = calls.all();
  const std::size_t count = all.size();
  const auto acquired = [&](std::size_t i) {
    return calls.op(all[i]).function == Function::kAcquire && all[i].completed != kNever;
  };
  // From i on, the acquire that was over first; `count` where there is none.
  std::vector<std::size_t> first_over(count + 1, count);
  for (std::size_t i = count; i-- > 0;) {
    const std::size_t next = first_over[i + 1];
    const bool earlier = acquired(i) && (next == count || all[i].completed < all[next].completed);
    first_over[i] = earlier ? i : next;
  }
  boost::unordered_flat_map<std::int32_t, Position> next_release;
  std::vector<Call> found;
  for (std::size_t i = count; i-- > 0;) {
    const std::int32_t process = calls.op(all[i]).process;
    if (calls.op(all[i]).function == Function::kRelease) next_release[process] = all[i].invoked;
    if (!acquired(i)) continue;
    const auto later = std::upper_bound(
        all.begin(), all.end(), all[i].completed,
        [](Position position, const Call& call) { return position < call.invoked; });
    const std::size_t second = first_over[static_cast<std::size_t>(later - all.begin())];
    const auto release = next_release.find(process);
    const Position held_until = release == next_release.end() ? kNever : release->second;
    if (second != count && all[second].completed < held_until) found = {all[i], all[second]};
  }
  return found;
}

}  // namespace quorate
