mod calendar;
mod check;
mod files;
mod pickups;
mod routing;
mod shapes;
mod table;
