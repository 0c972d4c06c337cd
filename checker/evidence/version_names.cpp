#include "checker/evidence/version_names.h"

namespace quorate {
namespace {

constexpr std::size_t kLongestPiece = 8;
constexpr std::size_t kKept = 4;

// Never cuts within a character: a piece with anything but ASCII stays whole.
bool may_cut(std::string_view piece) {
  if (piece.size() <= kLongestPiece) return false;
  for (const char c : piece) {
    if (static_cast<unsigned char>(c) >= 0x80U) return false;
  }
  return true;
}

// The first piece is the counter, whose size matters: it stays whole.
std::string short_form(std::string_view version) {
  std::string made;
  for (bool first = true;; first = false) {
    const std::size_t dot = version.find('.');
    const std::string_view piece = version.substr(0, dot);
    if (!first) made += '.';
    made +=
        !first && may_cut(piece) ? std::string(piece.substr(0, kKept)) + "…" : std::string(piece);
    if (dot == std::string_view::npos) return made;
    version.remove_prefix(dot + 1);
  }
}

}  // namespace

void VersionNames::add(std::string_view version) {
  if (version.empty()) return;
  const auto [place, added] = whole_.emplace(short_form(version), version);
  if (!added && place->second != version) place->second.clear();
}

std::string VersionNames::shown(std::string_view version) const {
  const auto found = whole_.find(short_form(version));
  const bool own = found == whole_.end() || found->second == version;
  return own ? short_form(version) : std::string(version);
}

}  // namespace quorate
