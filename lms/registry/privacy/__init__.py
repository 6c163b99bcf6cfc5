"""Personal data by law (个人信息): how long what is kept, and what a person may ask for."""
