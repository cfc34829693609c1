mod check;
mod routing;
mod table;
