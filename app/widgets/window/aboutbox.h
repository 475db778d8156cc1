#pragma once

class QWidget;

namespace entvas {

void showAbout(QWidget *window); // version and licences

} // namespace entvas
