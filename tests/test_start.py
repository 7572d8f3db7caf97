from flask.testing import FlaskClient


def test_home_answers(reader: FlaskClient) -> None:
    assert reader.get("/").status_code == 200
