#pragma once

#include "core/base/result.h"

#include <QString>

namespace entvas {

// Makes every connection that the program opens from now on (issuer, other servers, webhooks) also trust the
// authorities of a PEM file, beside those of the system (TLS_CA_FILE). Does nothing without a file name. To be called
// once, before the first connection. Fault::Configuration when the file can't be read or holds no certificate.
Result<void> trustAuthorities(const QString &pemFile);

} // namespace entvas
