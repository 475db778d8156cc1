#pragma once

#include "core/base/result.h"

#include <QByteArray>

namespace entvas {

// Unpacks a gzip body (RFC 1952, one or several members). Fault::TooLarge as soon as more than `maxBytes` would come
// out, without holding more than that; Fault::BadInput when it is no gzip, is cut off, or is followed by anything else.
Result<QByteArray> gunzip(const QByteArray &packed, qint64 maxBytes);
// Packs, quickly rather than tightly. Empty when that is not possible.
QByteArray gzipped(const QByteArray &plain);
bool isGzip(const QByteArray &bytes); // by how it begins; neither JSON nor CBOR begins so

} // namespace entvas
