mod calendar;
mod check;
mod files;
mod routing;
mod shapes;
mod table;
