#pragma once
// Purpose: the two files that tokens are signed and checked with, and the exchange of their keys while everything runs.
//   the private file   one key, which identity signs with; identity looks at it each second
//   the public file    every key that a token may be signed by, one after another; each gateway looks at it each second
//   <private>.next     the key that will sign next: its public half stands in the public file already, so that every gateway
//                      knows it before its first token comes
// Each file is replaced whole, on disk before it is there under its name; a step that was interrupted may be repeated.
// Errors: unavailable, where files cannot be read or written; corrupt, where they hold no such keys; conflict, where what they hold forbids
//         the step. No text says anything of a key but its id.
// Threads: one. Two processes that change them at once wait for each other (a lock beside the private file).

#include <string>
#include <string_view>
#include <vector>

#include "events/identity/signing_key.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::identity {

enum class KeyUse {
  signs,   // and is checked with
  next,    // known to gateways; signs after the next step
  checks,  // signs no more
};

[[nodiscard]] std::string_view text(KeyUse use);

struct ListedKey {
  std::string id;
  KeyUse use;
};

struct KeyListing {
  std::vector<ListedKey> keys;  // as they stand in the public file
  Timestamp signs_since;        // when the key that signs was put there: tokens of others are older
};

class KeyFiles {
 public:
  KeyFiles(std::string private_file, std::string public_file)
      : private_(std::move(private_file)), public_(std::move(public_file)), next_(private_ + ".next") {}

  [[nodiscard]] Result<KeyListing> list() const;

  // The first step: a new key is there to be checked with. Answers its id; of a rotation that was begun before, that one's.
  [[nodiscard]] Result<std::string> announce() const;
  // The second, when every gateway has had time to look: it signs. Errors: conflict, when none was announced.
  [[nodiscard]] Result<void> promote() const;
  // Tokens of that key are refused from now on. Errors: conflict, when it signs, or will do so next, or is not there.
  [[nodiscard]] Result<void> retire(const std::string& id) const;

 private:
  std::string private_;
  std::string public_;
  std::string next_;
};

}  // namespace ordo::identity
