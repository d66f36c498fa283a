import { render } from 'preact';
import { AppView } from './app/app-view.js';
import { createApp } from './app/create-app.js';
import './theme/index.css';

const root = document.getElementById('app');
if (root) render(<AppView app={createApp(window)} />, root);
