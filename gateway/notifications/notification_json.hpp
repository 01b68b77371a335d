#pragma once
// Purpose: letters as clients see them: subject and text are rendered again, as they were mailed.
// Threads: pure functions.

#include "events/vocabulary/json_text.hpp"
#include "query-side/notifications/notifications.hpp"

namespace ordo::notifications {

// `subject` and `body` are null while they cannot be known: before the letter is sent its language is not.
void write(JsonText& json, const NotificationView& notification);

}  // namespace ordo::notifications
