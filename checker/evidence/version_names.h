// VersionNames: versions as people read them: long pieces behind the first are shortened, as long
// as no two that are shown together look the same.
//
// "18.9f3a01c2d4e5b687.12" is shown as "18.9f3a….12". Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace quorate {

class VersionNames {
 public:
  // Makes a version known, so that its short form stays its own. "" is ignored.
  void add(std::string_view version);
  // Short if no other version that was added has the same short form; otherwise in full.
  std::string shown(std::string_view version) const;

 private:
  std::map<std::string, std::string> whole_;  // short form -> version; "" where there are several
};

}  // namespace quorate
