"""What a coordinator declares about a form, and what is proposed to them."""
