import uuid
import psycopg, pytest
from sqlalchemy.ext.asyncio import create_async_engine
from api import migrate
BASE="host=/tmp/ht/sock user=hientruong dbname=postgres"
@pytest.fixture(scope="session")
def template():
    name="demo_tpl_"+uuid.uuid4().hex[:8]
    with psycopg.connect(BASE,autocommit=True) as c: c.execute(f"create database {name}")
    migrate.upgrade(f"postgresql+psycopg://hientruong@/{name}?host=/tmp/ht/sock")
    yield name
    with psycopg.connect(BASE,autocommit=True) as c: c.execute(f"drop database {name} with (force)")
@pytest.fixture
async def engine(template):
    name="demo_"+uuid.uuid4().hex[:8]
    with psycopg.connect(BASE,autocommit=True) as c: c.execute(f"create database {name} template {template}")
    e=create_async_engine(f"postgresql+psycopg://hientruong@/{name}?host=/tmp/ht/sock")
    yield e
    await e.dispose()
    with psycopg.connect(BASE,autocommit=True) as c: c.execute(f"drop database {name} with (force)")
