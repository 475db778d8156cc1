#pragma once

#include "app/board/boardframe.h"
#include "app/widgets/base/picture.h"

namespace entvas {

// The words around a picture of the desk: what it is of (`place`: project and server), the time with its year and zone,
// how many events, what is filtered, what is compared, and when it was made. `heardAtMs`: the last message of a server
// that is not heard any more; -1 = it is. `streamFilter`: of the live stream, where that is in the picture.
Caption captionOf(const BoardFrame &frame, const QString &place, qint64 heardAtMs, const QString &streamFilter = {});

} // namespace entvas
