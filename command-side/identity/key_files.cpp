#include "command-side/identity/key_files.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

#include <fmt/format.h>

#include "command-side/identity/replaced_file.hpp"
#include "events/identity/file_watch.hpp"

namespace ordo::identity {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kEverybodyReads = 0644;

tl::unexpected<Failure> forbidden(std::string why) { return failure(FailureKind::conflict, std::move(why)); }

Result<SigningKey> read_private(const std::string& path) { return read_key_file(path).and_then(read_private_key); }

Result<std::vector<SigningKey>> read_public(const std::string& path) { return read_key_file(path).and_then(read_public_keys); }

Result<void> write_public(const std::string& path, const std::vector<SigningKey>& keys) {
  std::string all;
  for (const auto& key : keys) all += key.pem;
  return replace_file(path, all, kEverybodyReads);
}

bool holds(const std::vector<SigningKey>& keys, const std::string& id) {
  return std::ranges::find(keys, id, &SigningKey::id) != keys.end();
}

}  // namespace

std::string_view text(KeyUse use) {
  switch (use) {
    case KeyUse::signs: return "signs";
    case KeyUse::next: return "next";
    case KeyUse::checks: return "checks";
  }
  return "unknown";
}

Result<KeyListing> KeyFiles::list() const {
  const auto signing = read_private(private_);
  if (!signing) return tl::unexpected(signing.error());
  const auto known = read_public(public_);
  if (!known) return tl::unexpected(known.error());
  struct stat about{};
  if (::stat(private_.c_str(), &about) != 0) return failure(FailureKind::unavailable, "cannot look at " + private_);
  const auto next = read_private(next_);
  KeyListing listing;
  listing.signs_since = {about.st_mtim.tv_sec * 1000 + about.st_mtim.tv_nsec / 1'000'000};
  for (const auto& key : *known) {
    const bool comes = next && next->id == key.id;
    listing.keys.push_back({key.id, key.id == signing->id ? KeyUse::signs : comes ? KeyUse::next : KeyUse::checks});
  }
  return listing;
}

Result<std::string> KeyFiles::announce() const {
  const auto lock = FileLock::beside(private_);
  if (!lock) return tl::unexpected(lock.error());
  const auto signing = read_private(private_);
  if (!signing) return tl::unexpected(signing.error());
  auto known = read_public(public_);
  if (!known) return tl::unexpected(known.error());
  if (!holds(*known, signing->id)) return failure(FailureKind::corrupt, fmt::format("{} lacks the key that signs", public_));

  auto next = std::filesystem::exists(next_) ? read_private(next_) : make_private_key();
  if (!next) return tl::unexpected(next.error());
  if (auto kept = replace_file(next_, next->pem, kOwnerOnly); !kept) return tl::unexpected(kept.error());
  if (holds(*known, next->id)) return next->id;
  auto half = public_half(*next);
  if (!half) return tl::unexpected(half.error());
  known->push_back(std::move(*half));
  return write_public(public_, *known).map([&] { return next->id; });
}

Result<void> KeyFiles::promote() const {
  const auto lock = FileLock::beside(private_);
  if (!lock) return tl::unexpected(lock.error());
  if (!std::filesystem::exists(next_)) return forbidden("no key was announced, or somebody else has put it to use");
  const auto next = read_private(next_);
  if (!next) return tl::unexpected(next.error());
  const auto known = read_public(public_);
  if (!known) return tl::unexpected(known.error());
  if (!holds(*known, next->id)) return forbidden(fmt::format("gateways do not know the key {} yet", next->id));
  // Written anew, so that it has the rights of the one before, and its own time.
  if (auto replaced = replace_file(private_, next->pem, kOwnerOnly); !replaced) return replaced;
  return remove_file(next_);
}

Result<void> KeyFiles::retire(const std::string& id) const {
  const auto lock = FileLock::beside(private_);
  if (!lock) return tl::unexpected(lock.error());
  const auto listing = list();
  if (!listing) return tl::unexpected(listing.error());
  const auto found = std::ranges::find(listing->keys, id, &ListedKey::id);
  if (found == listing->keys.end()) return forbidden(fmt::format("there is no key {}", id));
  if (found->use == KeyUse::signs) return forbidden(fmt::format("{} signs now; rotate first", id));
  if (found->use == KeyUse::next) return forbidden(fmt::format("{} will sign next; rotate to the end first", id));
  return read_public(public_).and_then([&](std::vector<SigningKey> keys) {
    std::erase_if(keys, [&](const SigningKey& key) { return key.id == id; });
    return write_public(public_, keys);
  });
}

}  // namespace ordo::identity
