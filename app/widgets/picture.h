#pragma once

#include "core/result.h"

#include <QImage>

class QPagedPaintDevice;
class QWidget;

// A widget as a picture. Failures name the file and what is wrong with it.
namespace entvas::picture {

QImage image(QWidget *widget); // twice as fine as the screen
Result<void> savePng(QWidget *widget, const QString &path);
Result<void> saveSvg(QWidget *widget, const QString &path);
Result<void> savePdf(QWidget *widget, const QString &path); // one page, A4 across
// As large as the page allows, from its upper left corner.
void paintOn(QPagedPaintDevice *device, QWidget *widget);
Result<void> saveBytes(const QByteArray &bytes, const QString &path); // all or nothing

} // namespace entvas::picture
