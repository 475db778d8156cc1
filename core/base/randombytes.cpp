#include "core/base/randombytes.h"

#include <algorithm>
#include <array>
#include <QRandomGenerator>

namespace entvas {

QByteArray randomBytes(qsizetype count)
{
    std::array<quint32, kMostRandomBytes / sizeof(quint32)> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return {reinterpret_cast<const char *>(words.data()), std::clamp<qsizetype>(count, 0, kMostRandomBytes)};
}

} // namespace entvas
